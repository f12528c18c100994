import * as fs from "node:fs";
import * as path from "node:path";
import { lockHolders } from "../../../cli/engine/recovery";
import { inGuest } from "../../../lab/guest";
import { stateDir } from "../../../lab/paths";
import { hostRoutes, list, nodePorts, outputs, Port, putHostRoutes } from "../../support/cloud";
import { upUntil } from "../../support/killed";
import { lastChanges, operate, STACK } from "../../support/stack";

interface Named {
  name: string;
  status?: string;
}

/** Everything of the tenant that a stack makes, without ids: what two runs must agree on. */
async function picture() {
  const ports = [...(await nodePorts()).values()];
  const subnets = await list<Named & { cidr: string; host_routes: unknown[] }>(
    "network",
    "/v2.0/subnets?name=dev",
    "subnets",
  );
  return {
    networks: (await list<Named>("network", "/v2.0/networks?name=dev", "networks")).length,
    subnets: subnets.map(({ cidr, host_routes }) => [cidr, host_routes.length]),
    routers: (await list<Named>("network", "/v2.0/routers?name=dev", "routers")).length,
    floatingIps: (await list<Named>("network", "/v2.0/floatingips", "floatingips")).length,
    groups: (
      await list<Named & { security_group_rules: unknown[] }>("network", "/v2.0/security-groups", "security_groups")
    )
      .filter(({ name }) => name.startsWith("dev-"))
      .map(({ name, security_group_rules }) => [name, security_group_rules.length])
      .sort(),
    ports: ports
      .map((port: Port) => [
        port.name,
        port.fixed_ips.map((ip) => ip.ip_address),
        port.allowed_address_pairs.map((p) => p.ip_address),
      ])
      .sort(),
    serverGroups: (await list<Named>("compute", "/os-server-groups", "server_groups")).map(({ name }) => name).sort(),
    servers: (await list<Named>("compute", "/servers/detail", "servers"))
      .map(({ name, status }) => [name, status])
      .sort(),
  };
}

/**
 * Where the engine is killed, one run after the other. Each needs the one before, so that none is there already when its turn
 * comes; keys, groups and rules are made beside them, and are met at any stage.
 */
const POINTS: [when: string, said: RegExp][] = [
  ["while the network is made", / \+ .*:Network dev creating/],
  ["with the network there", / \+ .*:Network dev created/],
  ["while the subnet is made", / \+ .*:Subnet dev creating/],
  ["while the host routes are put", / \+ .*:HostRoutes dev creating/],
  ["while ports are made", / \+ .*:Port .* creating/],
  ["with one port there", / \+ .*:Port .* created/],
  ["while instances are made", / \+ .*:Instance .* creating/],
  ["with one instance there", / \+ .*:Instance .* created/],
  ["while the API is waited for", / \+ .*:Command dev-api-ready creating/],
  ["while objects are made in it", / \+ .*:Node .* creating/],
  ["while a worker is tried", / \+ .*:Command dev-worker-\d-in-service creating/],
  ["while the nodes are waited for", / \+ .*:Command dev-nodes creating/],
];

describe("a stack that is destroyed or killed", () => {
  let undisturbed: Awaited<ReturnType<typeof picture>>;

  test("neither a route removed by hand nor an API out of reach stands in the way of destroy, and nothing is left", async () => {
    undisturbed = await picture();
    const { subnetId, nodes } = outputs();
    for (const { instanceId } of nodes.filter(({ role }) => role === "control-plane"))
      await inGuest(instanceId, ["systemctl", "stop", "kube-apiserver"]);
    const [, ...rest] = await hostRoutes(subnetId);
    await putHostRoutes(subnetId, rest);
    await operate("destroy");
    const nothing = {
      networks: 0,
      subnets: [],
      routers: 0,
      floatingIps: 0,
      groups: [],
      ports: [],
      serverGroups: [],
      servers: [],
    };
    expect(await picture()).toEqual(nothing);
  });

  test.each(POINTS)("killed %s, the next run takes up what is there", async (_when, said) => {
    await upUntil(said);
    expect(lockHolders(STACK)).not.toEqual([]);
    // Whatever of the state is not replaced by a rename, a kill can leave half written.
    const state = fs.readdirSync(path.join(stateDir, "pulumi"), { recursive: true, encoding: "utf8" });
    expect(state.filter((file) => file.endsWith(".attrs"))).toEqual([]);
  });

  test("after all of them, a run that is left alone ends where an undisturbed one does, with nothing twice", async () => {
    await operate("up");
    expect(await picture()).toEqual(undisturbed);
    expect(lastChanges().replaced).toEqual([]);
    await operate("up");
    expect(lastChanges()).toMatchObject({ created: [], updated: [], replaced: [], deleted: [] });
  });
});

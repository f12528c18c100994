import { spawn } from "node:child_process";
import { root } from "../../lab/paths";
import { cloud, hostRoutes, lab, list, nodePorts, outputs, Port } from "./cloud";

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
    servers: (await list<Named>("compute", "/servers/detail", "servers"))
      .map(({ name, status }) => [name, status])
      .sort(),
  };
}

/** Starts `up`, and kills it without warning as soon as it has made something that matches. */
function upUntil(mark: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("node", ["--import", "tsx", "lab/main.ts", "up", "dev"], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (mark.test(said)) child.kill("SIGKILL");
    });
    child.on("exit", (code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error(`it ended with ${code} before ${mark}: ${said}`)),
    );
  });
}

describe("a stack that is destroyed or killed", () => {
  let undisturbed: Awaited<ReturnType<typeof picture>>;

  test("a route removed by hand does not stand in the way of destroy, and nothing is left", async () => {
    undisturbed = await picture();
    const { subnetId } = outputs();
    const [, ...rest] = await hostRoutes(subnetId);
    await (await cloud()).call("network", "PUT", `/v2.0/subnets/${subnetId}`, { subnet: { host_routes: rest } });
    await lab("destroy");
    const nothing = { networks: 0, subnets: [], routers: 0, floatingIps: 0, groups: [], ports: [], servers: [] };
    expect(await picture()).toEqual(nothing);
  });

  test.each([
    ["after the network", /\+ Network/],
    ["between ports", /\+ Port/],
    ["with the first instance there and the others on their way", /\+ Instance/],
  ])("killed %s, the next run ends where an undisturbed one does", async (_when, mark) => {
    await lab("destroy");
    await upUntil(mark);
    await lab("up");
    expect(await picture()).toEqual(undisturbed);
  });
});

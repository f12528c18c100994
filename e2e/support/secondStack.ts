import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { eventLog } from "../../cli/engine/stack";
import { root, stateDir } from "../../lab/paths";
import { cloud, list, make } from "./cloud";
import { operate, pulumi, STACK } from "./stack";

/** A stack for one check, and the network of somebody else's that it is to use; both have this name. */
export const SECOND = "second";
const CIDR = "10.107.1.0/24";

interface Item {
  id: string;
}
const file = path.join(root, `Pulumi.${SECOND}.yaml`);

/** Makes the network with a subnet that has these routes, and the stack's file: as the other one's, in that subnet. */
export async function prepareSecond(host_routes: { destination: string; nexthop: string }[]): Promise<string> {
  const network = await make<Item>("network", "/v2.0/networks", "network", { name: SECOND });
  const wanted = { name: SECOND, network_id: network.id, ip_version: 4, cidr: CIDR, host_routes };
  const subnet = await make<Item>("network", "/v2.0/subnets", "subnet", wanted);
  const { config } = parse(fs.readFileSync(path.join(root, `Pulumi.${STACK}.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  config["hostroute:network"] = { cidr: CIDR, networkId: network.id, subnetId: subnet.id };
  fs.writeFileSync(file, stringify({ config }));
  return subnet.id;
}

/** Removes all of it, also what a killed check left. */
export async function removeSecond(): Promise<void> {
  if ((await pulumi(root, "stack", "ls", "--json")).includes(`"${SECOND}"`)) {
    await operate("destroy", { stack: SECOND });
    await pulumi(root, "stack", "rm", "--yes", SECOND);
  }
  for (const left of [file, path.join(stateDir, path.basename(file)), eventLog(SECOND)])
    fs.rmSync(left, { force: true });
  for (const { id } of await list<Item>("network", `/v2.0/networks?name=${SECOND}`, "networks")) {
    const { status, body } = await (await cloud()).call("network", "DELETE", `/v2.0/networks/${id}`);
    if (status !== 204) throw new Error(`network ${SECOND}: ${status} ${JSON.stringify(body)}`);
  }
}

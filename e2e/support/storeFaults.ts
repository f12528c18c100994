import * as http from "node:http";
import { AddressInfo } from "node:net";
import { storeAt } from "../../lab/openstack/swiftServices";
import { run } from "../../lab/shell";

const TO_STORE = ["-d", `${storeAt.address}/32`, "-p", "tcp", "--dport", String(storeAt.port)];

/** Puts rules of iptables in front of all others. @returns what takes them away again */
async function ruled(...rules: [table: string, chain: string, ...target: string[]][]): Promise<() => Promise<void>> {
  const each = async (action: string) => {
    for (const [table, chain, ...target] of rules)
      await run("iptables", ["-w", "-t", table, action, chain, ...TO_STORE, "-j", ...target]);
  };
  await each("-I");
  return () => each("-D");
}

/** Takes the object store away from everybody, this machine included: nothing answers there. @returns what gives it back */
export const takeAway = () => ruled(["filter", "INPUT", "DROP"]);

/** Has everybody get 403 from the object store, whatever they ask. @returns what ends it */
export async function forbid(): Promise<() => Promise<void>> {
  const server = http.createServer((request, response) => {
    request.resume();
    response.writeHead(403, { Connection: "close" }).end();
  });
  // On all addresses: what this machine itself sends is redirected to its loopback.
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const here = ["REDIRECT", "--to-ports", String((server.address() as AddressInfo).port)];
  const end = await ruled(["nat", "PREROUTING", ...here], ["nat", "OUTPUT", ...here]);
  return async () => {
    await end();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}

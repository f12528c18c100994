import * as fs from "node:fs";
import { processOf } from "../../lab/guest";
import { run, RunOptions } from "../../lab/shell";
import { ClusterNode as Node } from "../../outputs";

/** A network namespace, by the file that names it on the host. */
export type Namespace = string;

/** A node's. */
export const namespaceOf = async ({ instanceId }: Node): Promise<Namespace> =>
  `/proc/${await processOf(instanceId)}/ns/net`;

/** A pod's, by its address: CNI names the namespaces of a node in the node's own /run. */
export async function namespaceOfPod({ instanceId, name }: Node, address: string): Promise<Namespace> {
  const folder = `/proc/${await processOf(instanceId)}/root/run/netns`;
  for (const file of fs.readdirSync(folder)) {
    const namespace = `${folder}/${file}`;
    if ((await runIn(namespace, ["ip", "-4", "-o", "addr"])).includes(` ${address}/`)) return namespace;
  }
  throw new Error(`No network namespace of ${name} has the address ${address}.`);
}

/**
 * A command of the host in another network namespace and nothing else of a guest or pod, so that neither needs the tool.
 * It is killed when this process ends in any way; setpriv and nsenter become the command, so its pid is the child's.
 */
export const inNamespace = (namespace: Namespace, command: readonly string[]): [string, string[]] => [
  "setpriv",
  ["--pdeathsig", "KILL", "nsenter", `--net=${namespace}`, ...command],
];

/** Runs such a command to its end, within ten seconds unless told. */
export function runIn(namespace: Namespace, command: readonly string[], options: RunOptions = {}): Promise<string> {
  return run(...inNamespace(namespace, command), { timeout: 10_000, ...options });
}

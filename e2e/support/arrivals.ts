import { inGuest } from "../../lab/guest";
import { ClusterNode as Node } from "../../outputs";

export const COUNT = 5;

/** How many of at most `COUNT` pings with a given source address reach the other node, as seen there. */
async function pingsFrom(from: Node, to: Node, source: string): Promise<number> {
  const filter = `icmp[icmptype] == 8 and src ${source}`;
  const capture = inGuest(to.instanceId, ["timeout", "10", "tcpdump", "-c", String(COUNT), "-nli", "eth0", filter])
    // timeout(1) ends it: that is not a failure, and what was captured is in the message.
    .catch((error: Error) => error.message);
  // For as long as that listens: on a busy machine it takes its time to begin.
  const pings = inGuest(from.instanceId, ["ping", "-w", "9", "-i", "0.2", "-I", source, to.address]).catch(
    () => undefined,
  );
  const [captured] = await Promise.all([capture, pings]);
  return captured.split("\n").filter((line) => line.includes(`IP ${source} >`)).length;
}

/** The same with an address that the node takes for it. */
export async function arrivals(from: Node, to: Node, source: string): Promise<number> {
  const address = (action: string) => inGuest(from.instanceId, ["ip", "address", action, `${source}/32`, "dev", "lo"]);
  await address("replace");
  try {
    return await pingsFrom(from, to, source);
  } finally {
    await address("del");
  }
}

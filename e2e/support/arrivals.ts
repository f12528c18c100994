import { inGuest } from "../../lab/guest";
import { ClusterNode as Node } from "../../outputs";

export const COUNT = 5;

/** How many of `COUNT` pings with a given source address reach the other node, as seen there. */
async function pingsFrom(from: Node, to: Node, source: string): Promise<number> {
  const capture = inGuest(
    to.instanceId,
    ["timeout", "8", "tcpdump", "-nli", "eth0", "icmp[icmptype] == 8", "and", "src", source],
    { timeout: 20_000 },
  )
    // timeout(1) ends it: that is not a failure, and what was captured is in the message.
    .catch((error: Error) => error.message);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  await inGuest(from.instanceId, ["ping", "-c", String(COUNT), "-i", "0.2", "-W", "1", "-I", source, to.address]).catch(
    () => undefined,
  );
  return (await capture).split("\n").filter((line) => line.includes(`IP ${source} >`)).length;
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

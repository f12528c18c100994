import { inGuest } from "../../lab/guest";
import { ClusterNode as Node } from "../../outputs";

/** Seconds of pinging; the second time for a machine that is busy with other things. */
const TRIES = [3, 10];

/**
 * Whether pings with a given source address, which the node takes for its own meanwhile, reach the other node, as seen there.
 * @throws Error where the node's real address, which pings as well, is not seen either
 */
export async function arrives(from: Node, to: Node, source: string): Promise<boolean> {
  const address = (action: string) => inGuest(from.instanceId, ["ip", "address", action, `${source}/32`, "dev", "lo"]);
  await address("replace");
  try {
    for (const seconds of TRIES) {
      const seen = await sourcesSeen(from, to, [source, from.address], seconds);
      if (seen.has(from.address)) return seen.has(source);
    }
  } finally {
    await address("del");
  }
  throw new Error(`${to.name} sees no ping of ${from.name}, not even from ${from.address}`);
}

/** Those of the addresses from which a ping comes in at the other node. */
async function sourcesSeen(from: Node, to: Node, sources: string[], seconds: number): Promise<Set<string>> {
  const filter = `icmp[icmptype] == 8 and dst ${to.address} and (${sources.map((each) => `src ${each}`).join(" or ")})`;
  // timeout(1) ends it: that is not a failure.
  const capture = `timeout ${seconds + 1} tcpdump -nli eth0 '${filter}' 2>/dev/null || true`;
  const ping = (source: string) =>
    inGuest(from.instanceId, ["ping", "-w", String(seconds), "-i", "0.2", "-I", source, to.address]).catch(
      () => undefined, // none of them was answered
    );
  const [captured] = await Promise.all([inGuest(to.instanceId, ["sh", "-c", capture]), ...sources.map(ping)]);
  return new Set([...captured.matchAll(/ IP (\S+) > /g)].map(([, source]) => source!));
}

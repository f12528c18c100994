import { inGuest } from "../../lab/guest";
import { ClusterNode as Node } from "../../outputs";
import { workers } from "../support/cloud";

const COUNT = 5;

/** How many of `COUNT` pings with a given source address reach the other node, as seen there. */
async function arrivals(from: Node, to: Node, source: string): Promise<number> {
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

describe("what a worker's port lets through", () => {
  const pair = () => workers().slice(0, 2) as [Node, Node];
  const hostOf = (node: Node, host: number) => node.podCidr!.replace(/0\/24$/, String(host));

  test("a packet from its own podCIDR arrives", async () => {
    const [from, to] = pair();
    await inGuest(from.instanceId, ["ip", "address", "replace", `${hostOf(from, 77)}/32`, "dev", "lo"]);
    try {
      expect(await arrivals(from, to, hostOf(from, 77))).toBe(COUNT);
    } finally {
      await inGuest(from.instanceId, ["ip", "address", "del", `${hostOf(from, 77)}/32`, "dev", "lo"]);
    }
  });

  test("a packet from another node's podCIDR is dropped", async () => {
    const [from, to] = pair();
    const foreign = hostOf(workers()[2] ?? to, 77);
    await inGuest(from.instanceId, ["ip", "address", "replace", `${foreign}/32`, "dev", "lo"]);
    try {
      expect(await arrivals(from, to, foreign)).toBe(0);
    } finally {
      await inGuest(from.instanceId, ["ip", "address", "del", `${foreign}/32`, "dev", "lo"]);
    }
  });
});

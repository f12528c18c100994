import { progress, waitFor } from "../../../lab/shell";
import { ClusterNode } from "../../../outputs";
import { bystanders } from "../bystanders";
import { toolPods } from "../kube";
import { isBack } from "./back";
import { losePower } from "./guest";
import { record } from "./outcomes";

/** How long a node may take from a fault's end on. */
const LIMIT = 120_000;

export interface Fault {
  node: ClusterNode;
  name: string;
  begin: () => Promise<unknown>;
  /** What is to be seen of it while it lasts, so that a fault which was none does not pass. */
  lasts?: () => Promise<unknown>;
  /** Ends it, whatever came of the rest. It may be called without `begin` having ended well. */
  end?: () => Promise<unknown>;
  /** What the node has to do again; all of its work unless told. */
  back?: (since: number) => Promise<true>;
}

/** Of a node that an earlier fault has left broken, the next one would say nothing: it boots again. */
async function isWell(node: ClusterNode): Promise<void> {
  const well = (timeout: number) =>
    waitFor(`${node.name} to be well`, () => isBack(node, Date.now() - 60_000), timeout, 1_000);
  await well(75_000).catch(async (error: Error) => {
    progress(`${error.message}: it boots again`);
    await losePower(node.instanceId);
    await well(240_000);
  });
}

/**
 * A fault from its beginning to its end: the node is back by itself within two minutes, and bystanders' pods have lost no packet. What
 * came of it is recorded.
 */
export async function suffer({
  node,
  name,
  begin,
  lasts,
  end,
  back = (since) => isBack(node, since),
}: Fault): Promise<void> {
  // On a stack that has just come up, there are none yet.
  await toolPods();
  await isWell(node);
  const pings = await bystanders(node);
  let seconds: number | null = null;
  let lost: number[] | undefined;
  try {
    try {
      await begin();
      await lasts?.();
    } finally {
      await end?.();
    }
    const since = Date.now();
    await waitFor(`${node.name} to be back`, () => back(since), LIMIT, 1_000);
    seconds = (Date.now() - since) / 1_000;
  } finally {
    const all = await pings.stop();
    lost = all.lost;
    const { sent } = all;
    record({ node: node.name, fault: name, seconds, sent, lost: lost.length, at: new Date().toISOString() });
    progress(`${node.name}, ${name}: ${seconds ?? "not"} s, ${lost.length} of ${sent} packets lost`);
  }
  expect(lost).toEqual([]);
}

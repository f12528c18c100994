import { ClusterNode as Node } from "../../outputs";
import { arrives } from "../support/arrivals";
import { podAddress, workers } from "../support/cloud";

describe("what a worker's port lets through", () => {
  const pair = () => workers().slice(0, 2) as [Node, Node];

  test("a packet from its own podCIDR arrives", async () => {
    const [from, to] = pair();
    expect(await arrives(from, to, podAddress(from, 77))).toBe(true);
  });

  test("a packet from another node's podCIDR is dropped", async () => {
    const [from, to] = pair();
    expect(await arrives(from, to, podAddress(workers()[2] ?? to, 77))).toBe(false);
  });
});

import { parseCidr } from "../../components/addressing/ipv4";
import { planRoutes } from "../../components/addressing/routePlan";
import { specOf } from "../fixtures";

it("derives the 1.4-era document's table from its ranges", () => {
  const { plan } = specOf({ workerPools: [{ name: "worker", count: 3 }] });
  expect(plan).toEqual({
    controlPlane: [
      { role: "control-plane", name: "dev-control-plane-0", pool: "control-plane", index: 0, address: "10.106.1.250" },
    ],
    workers: [0, 1, 2].map((n) => ({
      role: "worker",
      name: `dev-worker-${n}`,
      pool: "worker",
      index: n,
      slot: n,
      address: `10.106.1.${n + 2}`,
      podCidr: `10.200.${n}.0/24`,
    })),
    routes: [
      { destination: "10.200.0.0/24", nextHop: "10.106.1.2", node: "dev-worker-0" },
      { destination: "10.200.1.0/24", nextHop: "10.106.1.3", node: "dev-worker-1" },
      { destination: "10.200.2.0/24", nextHop: "10.106.1.4", node: "dev-worker-2" },
    ],
  });
});

it("gives pools their own slots, leaves out what is excluded, and puts things where the operator says", () => {
  const { plan } = specOf({
    clusterName: "prod",
    controlPlane: { count: 3 },
    network: { firstWorkerAddress: "10.106.1.10", firstControlPlaneAddress: "10.106.1.100" },
    workerPools: [
      { name: "small", count: 3, exclude: [1] },
      { name: "gpu", count: 1, firstSlot: 40 },
    ],
  });
  expect(plan.controlPlane.map(({ name, address }) => [name, address])).toEqual([
    ["prod-control-plane-0", "10.106.1.100"],
    ["prod-control-plane-1", "10.106.1.101"],
    ["prod-control-plane-2", "10.106.1.102"],
  ]);
  expect(plan.workers.map(({ name, slot, address, podCidr }) => [name, slot, address, podCidr])).toEqual([
    ["prod-small-0", 0, "10.106.1.10", "10.200.0.0/24"],
    ["prod-small-2", 2, "10.106.1.12", "10.200.2.0/24"],
    ["prod-gpu-0", 40, "10.106.1.50", "10.200.40.0/24"],
  ]);
});

it("refuses what validation would have reported", () => {
  const input = {
    clusterName: "dev",
    clusterCidr: parseCidr("10.200.0.0/24"),
    nodeMask: 24,
    subnet: parseCidr("10.106.1.0/24"),
    layout: {
      gateway: "10.106.1.1",
      firstWorker: "10.106.1.2",
      firstControlPlane: "10.106.1.250",
      allocationPools: [{ start: "10.106.1.200", end: "10.106.1.249" }],
    },
    controlPlaneCount: 1,
    pools: [{ name: "worker", count: 2, firstSlot: 0, exclude: [] }],
  };
  expect(() => planRoutes(input)).toThrow(RangeError);
});

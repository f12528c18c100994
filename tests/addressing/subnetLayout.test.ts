import { parseCidr } from "../../components/addressing/ipv4";
import { defaultApiAddress, defaultLayout, nodeRanges } from "../../components/addressing/subnetLayout";

it.each([
  ["10.106.1.0/24", ["10.106.1.1", "10.106.1.2", "10.106.1.200", "10.106.1.249", "10.106.1.250"]],
  ["10.106.1.0/28", ["10.106.1.1", "10.106.1.2", "10.106.1.7", "10.106.1.9", "10.106.1.10"]],
  ["10.106.0.0/16", ["10.106.0.1", "10.106.0.2", "10.106.255.200", "10.106.255.249", "10.106.255.250"]],
])("of %s: gateway, first worker, allocation pool, first control-plane node", (cidr, expected) => {
  const { gateway, firstWorker, allocationPools, firstControlPlane } = defaultLayout(parseCidr(cidr));
  expect([
    gateway,
    firstWorker,
    ...allocationPools.flatMap(({ start, end }) => [start, end]),
    firstControlPlane,
  ]).toEqual(expected);
});

it.each([
  ["10.106.1.0/24", "10.106.1.199"],
  ["10.106.1.0/28", "10.106.1.6"],
  ["10.106.0.0/22", "10.106.3.199"],
])("of %s: the API's own address, where it has one", (cidr, expected) => {
  expect(defaultApiAddress(parseCidr(cidr))).toBe(expected);
});

it("keeps the API's own address clear of nodes", () => {
  const ranges = (api: string) => nodeRanges(parseCidr("10.106.1.0/24"), { ...DEFAULT, api }, 256);
  expect(ranges("10.106.1.8").workers).toEqual(["10.106.1.2/31", "10.106.1.4/30"]);
  expect(ranges("10.106.1.253").controlPlane).toEqual(["10.106.1.250/31", "10.106.1.252/32"]);
  expect(ranges("10.106.1.253").workers).toEqual(OF_DEFAULT);
});

it("needs a /28", () => {
  expect(() => defaultLayout(parseCidr("10.106.1.0/29"))).toThrow("10.106.1.0/29 is too small");
});

const DEFAULT = defaultLayout(parseCidr("10.106.1.0/24"));
const OF_DEFAULT = [
  ["10.106.1.2/31", "10.106.1.4/30", "10.106.1.8/29", "10.106.1.16/28", "10.106.1.32/27"],
  ["10.106.1.64/26", "10.106.1.128/26", "10.106.1.192/29"],
].flat();

it.each([
  ["the default layout: .2 to .199, .250 to .254", DEFAULT, 256, OF_DEFAULT, ["250/31", "252/31", "254/32"]],
  ["a cluster CIDR of two podCIDRs", DEFAULT, 2, ["10.106.1.2/31"], ["250/31", "252/31", "254/32"]],
  [
    "nodes above an existing pool, workers last",
    {
      gateway: "10.106.1.254",
      allocationPools: [{ start: "10.106.1.2", end: "10.106.1.99" }],
      firstControlPlane: "10.106.1.125",
      firstWorker: "10.106.1.128",
    },
    256,
    ["10.106.1.128/26", "10.106.1.192/27", "10.106.1.224/28", "10.106.1.240/29", "10.106.1.248/30", "10.106.1.252/31"],
    ["125/32", "126/31"],
  ],
])("keeps for nodes, in %s, what nobody else has", (_name, layout, slots, workers, controlPlane) => {
  expect(nodeRanges(parseCidr("10.106.1.0/24"), layout, slots)).toEqual({
    workers,
    controlPlane: controlPlane.map((host) => `10.106.1.${host}`),
  });
});

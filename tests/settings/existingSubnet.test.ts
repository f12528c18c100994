import { NeutronSubnet } from "../../components/openstack/subnet";
import { SubnetAnswer, subnetToRead } from "../../components/settings/existingSubnet";
import { ConfigurationError, formatProblem } from "../../components/settings/problem";
import { specFrom } from "../../config";
import { neutronSubnet } from "../fixtures";
import { NETWORK_ID, SUBNET_ID } from "./badInput";

const EXISTING = { networkId: NETWORK_ID, subnetId: SUBNET_ID };
const GIVEN = {
  cidr: "10.106.1.0/24",
  gateway: "10.106.1.1",
  allocationPool: { start: "10.106.1.200", end: "10.106.1.249" },
};
type Network = Record<string, unknown>;
const rawOf = (network: unknown, more: object = {}) => ({ clusterName: "dev", network, ...more });
const specOf = (network: Network, answer: SubnetAnswer, more: object = {}) =>
  specFrom(rawOf({ ...EXISTING, ...network }, more), undefined, answer);
const problemsOf = (network: Network, answer: SubnetAnswer, more: object = {}): string[] => {
  try {
    specOf(network, answer, more);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(formatProblem);
  }
};

describe("whether there is something to read", () => {
  it.each<[string, unknown, string | undefined]>([
    ["all keys left out", EXISTING, SUBNET_ID],
    ["one left out", { ...EXISTING, ...GIVEN, gateway: undefined }, SUBNET_ID],
    ["one left empty, as a stack's file may have it", { ...EXISTING, ...GIVEN, cidr: "" }, SUBNET_ID],
    ["nothing left out", { ...EXISTING, ...GIVEN }, undefined],
    ["a new subnet", {}, undefined],
    ["no network at all", undefined, undefined],
    ["text in place of a network", "subnetId", undefined],
    ["an id that is none, and would become part of a URL", { ...EXISTING, subnetId: "../ports" }, undefined],
    ["a number for an id", { ...EXISTING, subnetId: 7 }, undefined],
  ])("%s", (_name, network, id) => {
    expect(subnetToRead(rawOf(network))).toBe(id);
  });
});

const OTHER = neutronSubnet({
  cidr: "192.0.2.0/24",
  gateway_ip: "192.0.2.254",
  allocation_pools: [{ start: "192.0.2.2", end: "192.0.2.99" }],
});
const APART = { firstWorkerAddress: "192.0.2.100", firstControlPlaneAddress: "192.0.2.240" };

it("takes from the subnet what is left out, and makes the plan of it", () => {
  const { network, layout, plan, readOfSubnet } = specOf(APART, OTHER);
  expect(network).toMatchObject({ cidr: "192.0.2.0/24", gateway: "192.0.2.254", ...APART });
  expect(layout).toEqual({
    gateway: "192.0.2.254",
    firstWorker: "192.0.2.100",
    firstControlPlane: "192.0.2.240",
    allocationPools: OTHER.allocation_pools,
  });
  expect([...plan.controlPlane, ...plan.workers].map(({ address }) => address)).toEqual(
    [240, 100, 101, 102].map((host) => `192.0.2.${host}`),
  );
  expect(readOfSubnet).toEqual({ "network.gateway": "192.0.2.254", "network.allocationPool": "from 192.0.2.2 on" });
});

it("puts what is given before what is read, key by key, and notes only what was read", () => {
  const allocationPool = { start: "192.0.2.10", end: "192.0.2.20" };
  const { network, layout, readOfSubnet } = specOf({ ...APART, allocationPool }, OTHER);
  expect([network.cidr, layout.gateway, layout.allocationPools]).toEqual([OTHER.cidr, "192.0.2.254", [allocationPool]]);
  expect(readOfSubnet).toEqual({ "network.gateway": "192.0.2.254" });
});

it("asks nobody for what is given, and notes nothing", () => {
  expect(specOf(GIVEN, undefined)).toMatchObject({ network: GIVEN, readOfSubnet: {} });
});

describe("allocation pools", () => {
  const pools = (...ends: [number, number][]): Partial<NeutronSubnet> => ({
    allocation_pools: ends.map(([start, end]) => ({ start: `10.106.1.${start}`, end: `10.106.1.${end}` })),
  });
  const layoutWith = (subnet: Partial<NeutronSubnet>) => specOf({}, neutronSubnet(subnet));

  it.each<[string, Partial<NeutronSubnet>, Partial<NeutronSubnet>]>([
    // As Neutron makes it unless it is told otherwise: nodes cannot keep clear of that, and keep their default layout.
    ["that is all of the subnet", pools([2, 254]), pools([200, 249])],
    [
      "around a gateway in the middle",
      { ...pools([1, 119], [121, 254]), gateway_ip: "10.106.1.120" },
      pools([200, 249]),
    ],
    ["behind the workers", pools([100, 199]), pools([100, 199])],
    ["in several places, in whatever order", pools([200, 220], [50, 60]), pools([50, 60], [200, 220])],
    ["of which nodes begin in one", pools([1, 9], [180, 190]), pools([180, 190])],
    ["that are none", pools(), pools([200, 249])],
  ])("%s", (_name, subnet, kept) => {
    expect(layoutWith(subnet).layout.allocationPools).toEqual(kept.allocation_pools);
  });

  it("take addresses from nodes, and end the range that nodes are known by", () => {
    const { nodeRanges } = layoutWith(pools([8, 99]));
    expect(nodeRanges.workers).toEqual(["10.106.1.2/31", "10.106.1.4/30"]);
    expect(problemsOf({}, neutronSubnet(pools([4, 99])))).toEqual([
      "hostroute:workerPools[0].count 3 puts worker worker-2 at 10.106.1.4, which belongs to hostroute:network.allocationPool 10.106.1.4 to 10.106.1.99.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.",
    ]);
  });

  it("that were all of the subnet, once they have been moved to where preflight says, change nothing", () => {
    const [before, after] = [pools([2, 254]), pools([200, 249])].map(layoutWith);
    expect(after).toEqual(before);
  });

  it("that end elsewhere change nothing on nodes", () => {
    const [before, after] = [pools([200, 249]), pools([200, 210])].map(layoutWith);
    expect(after!.nodeRanges).toEqual(before!.nodeRanges);
    expect(after!.readOfSubnet).toEqual(before!.readOfSubnet);
  });
});

it("takes a gateway that lies where nodes would not be, and a subnet that has none", () => {
  expect(specOf({}, neutronSubnet({ gateway_ip: "10.106.1.220" })).layout.gateway).toBe("10.106.1.220");
  expect(specOf({}, neutronSubnet({ gateway_ip: null })).layout.gateway).toBe("10.106.1.1");
});

const LEFT_OUT = "hostroute:network.cidr, hostroute:network.gateway, hostroute:network.allocationPool";
const ID = `hostroute:network.subnetId ${SUBNET_ID}`;
const CHOOSE = "The existing subnet has it so: choose another one, hostroute:network.subnetId.";

describe("refuses", () => {
  it.each<[string, Network, SubnetAnswer, string[]]>([
    [
      "a subnet that is not there",
      {},
      null,
      [`${ID} is not a subnet that the project sees.\n  Give an id that \`openstack subnet list\` shows.`],
    ],
    [
      "a cloud that does not answer",
      {},
      "Neutron answered 503",
      [
        `${ID} was not read: Neutron answered 503.\n  Once the cloud answers, try again; or set what is left out to what the subnet has: ${LEFT_OUT}.`,
      ],
    ],
    [
      "what nobody was asked for",
      { ...GIVEN, gateway: "" },
      undefined,
      [
        `${ID} was not read: nobody was asked.\n  Once the cloud answers, try again; or set what is left out to what the subnet has: hostroute:network.gateway.`,
      ],
    ],
    [
      "a subnet of IPv6",
      {},
      neutronSubnet({ ip_version: 6, cidr: "fd00::/64", gateway_ip: "fd00::1" }),
      [
        `${ID} is fd00::/64, a subnet of IPv6, and nodes need one of IPv4.\n  Give the id of an IPv4 subnet: \`openstack subnet list --ip-version 4\` shows them.`,
      ],
    ],
    [
      "another range than the one that is given, by which nothing else is measured",
      { cidr: "10.106.1.0/25" },
      neutronSubnet({ gateway_ip: "10.106.1.199" }),
      [
        "hostroute:network.cidr 10.106.1.0/25 is not the range of the existing subnet, which is 10.106.1.0/24.\n  Leave it out, as the subnet is asked for it, or choose another subnet.",
      ],
    ],
    [
      "one that is too small",
      {},
      neutronSubnet({ cidr: "10.106.1.0/29" }),
      [`hostroute:network.cidr 10.106.1.0/29 is too small for a node subnet.\n  ${CHOOSE}`],
    ],
    [
      "one where no host can be",
      {},
      neutronSubnet({ cidr: "169.254.8.0/24", gateway_ip: "169.254.8.1", allocation_pools: [] }),
      [
        `hostroute:network.cidr 169.254.8.0/24 overlaps 169.254.0.0/16 (link-local, with Nova's metadata), where no host can be.\n  ${CHOOSE}`,
      ],
    ],
    [
      "one that pods have",
      {},
      neutronSubnet({ cidr: "10.200.7.0/24", gateway_ip: "10.200.7.1", allocation_pools: [] }),
      [
        "hostroute:clusterCidr 10.200.0.0/16 contains hostroute:network.cidr 10.200.7.0/24.\n  Choose a range outside of it, for example 172.24.0.0/16.",
      ],
    ],
    [
      "a node on its gateway",
      {},
      neutronSubnet({ gateway_ip: "10.106.1.3" }),
      [
        "hostroute:workerPools[0].count 3 puts worker worker-1 at 10.106.1.3, which belongs to the gateway, hostroute:network.gateway 10.106.1.3.\n  Use a larger hostroute:network.cidr, or move hostroute:network.firstWorkerAddress and hostroute:network.allocationPool apart.",
      ],
    ],
    [
      "addresses that are not in it",
      { firstWorkerAddress: "10.106.1.2" },
      OTHER,
      [
        "hostroute:network.firstWorkerAddress 10.106.1.2 is not a host address of hostroute:network.cidr 192.0.2.0/24.\n  Choose one from 192.0.2.1 to 192.0.2.254, or leave the key out.",
      ],
    ],
  ])("%s", (_name, network, answer, said) => {
    expect(problemsOf(network, answer)).toEqual(said);
  });

  it("it with all else that is wrong, and says nothing of the range that it does not know", () => {
    // With the range of a new subnet, 10.106.1.0/24, there would be one problem more.
    const wrong = { serviceCidr: "10.106.1.0/24", nodeMask: 31 };
    const heads = (network: Network, answer: SubnetAnswer) =>
      problemsOf(network, answer, wrong).map((text) => text.split(" ")[0]);
    expect(heads({}, null)).toEqual(["hostroute:network.subnetId", "hostroute:nodeMask"]);
    expect(heads({ subnetId: "my-subnet" }, undefined)).toEqual(["hostroute:nodeMask", "hostroute:network.subnetId"]);
    expect(heads({}, neutronSubnet())).toEqual(["hostroute:nodeMask", "hostroute:serviceCidr"]);
  });
});

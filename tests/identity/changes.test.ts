import { growthOf, identityOf } from "../../components/identity";
import { Growth, Identity, IDENTITY_KEYS, refusal as refusalOf } from "../../components/identity/changes";
import { specFrom } from "../../config";
import { DOCUMENTED_ERA, neutronSubnet, specOf } from "../fixtures";
import { NETWORK_ID, SUBNET_ID } from "../settings/badInput";

const EXISTING = { networkId: NETWORK_ID, subnetId: SUBNET_ID };
/** The identity of three control-plane nodes in an existing subnet, which was read. */
const noted = (subnet: object = {}, network: object = {}) => {
  const raw = { clusterName: "dev", network: { ...EXISTING, ...network }, controlPlane: { count: 3 } };
  return identityOf(specFrom(raw, undefined, neutronSubnet(subnet)));
};
const all = noted();
const AS_BEFORE = { gateway: "10.106.1.1", allocationPool: { start: "10.106.1.200", end: "10.106.1.249" } };
const JOIN: Growth = growthOf(specOf({}));
const OLD: Growth = { ...JOIN, membersJoin: false };
const refusal = (before: Identity, now: Identity, growth = JOIN) => refusalOf(before, now, growth);
const running: Identity = identityOf(specOf({}));

it("says of every key how it stands, by the name that the configuration has for it", () => {
  expect(Object.keys(all).sort()).toEqual([...IDENTITY_KEYS].sort());
  expect(all["apiEndpoint.address"]).toBe("10.106.1.199");
  expect(running).toEqual({
    "controlPlane.count": 1,
    "network.cidr": "10.106.1.0/24",
    clusterCidr: "10.200.0.0/16",
    nodeMask: 24,
    serviceCidr: "10.32.0.0/24",
  });
});

it("accepts what changes nothing, whatever order the state has it in", () => {
  expect(refusal(running, running)).toBeUndefined();
  expect(refusal(Object.fromEntries(Object.entries(running).reverse()), running)).toBeUndefined();
});

it("refuses an address that no running server would hold, and lets go of one", () => {
  const vip = { ...running, "apiEndpoint.address": "10.106.1.199" };
  expect(refusal(running, vip)).toContain(
    "hostroute:apiEndpoint.address is not set in the running cluster, and the configuration says 10.106.1.199:\n    running control-plane servers know nothing of it",
  );
  expect(refusal(vip, { ...running, "apiEndpoint.address": "10.106.1.198" })).toContain(
    "is 10.106.1.199 in the running",
  );
  expect(refusal(vip, running)).toBeUndefined();
});

describe("an existing subnet that was read", () => {
  const MOVED = { gateway_ip: "10.106.1.254", allocation_pools: [{ start: "10.106.1.201", end: "10.106.1.249" }] };

  it("may not change under a running cluster, and both ways out are said", () => {
    const wayOut =
      "somebody has changed the subnet. Nodes are told which addresses are others' there, so their servers would be replaced. " +
      "To keep them, set the key to what it was; to have them replaced, one after the other, set it to what it is now.";
    expect(refusal(all, noted(MOVED))).toBe(`\
The existing subnet is not what it was for the running cluster; nothing was touched.
  hostroute:network.gateway is 10.106.1.1 in the running cluster, and the existing subnet says 10.106.1.254:
    ${wayOut}
  hostroute:network.allocationPool is from 10.106.1.200 on in the running cluster, and the existing subnet says from 10.106.1.201 on:
    ${wayOut}`);
  });

  it("is told of with what the configuration changes", () => {
    const said = refusal(all, { ...noted(MOVED), nodeMask: 25 });
    expect(said).toContain("network.gateway is 10.106.1.1 in the running cluster, and the existing subnet says");
    expect(said).toContain("nodeMask is 24 in the running cluster, and the configuration says 25");
  });

  it.each<[string, object, object]>([
    ["a pool that ends elsewhere", { allocation_pools: [{ start: "10.106.1.200", end: "10.106.1.210" }] }, {}],
    ["what it was, set by the operator", MOVED, AS_BEFORE],
    [
      "what it is now, set by the operator",
      MOVED,
      { gateway: MOVED.gateway_ip, allocationPool: MOVED.allocation_pools[0] },
    ],
  ])("lets pass %s", (_name, subnet, network) => {
    expect(refusal(all, noted(subnet, network))).toBeUndefined();
  });

  it("is noted by the first update that reads it", () => {
    expect(refusal(noted({}, AS_BEFORE), noted(MOVED))).toBeUndefined();
  });
});

it("accepts anything for a cluster that does not run yet", () => {
  expect(refusal({}, running)).toBeUndefined();
});

/** A cluster of so many, with or without an address of kind vip. */
const of = (count: number, address?: string): Identity => ({
  ...running,
  "controlPlane.count": count,
  ...(address ? { "apiEndpoint.address": address } : {}),
});

it.each([
  [1, 3],
  [3, 5],
  [1, 5],
  [5, 3],
])("lets %d control-plane servers become %d", (before, now) => {
  expect(refusal(of(before), of(now))).toBeUndefined();
});

it.each([3, 5])("lets %d become one by the operator's word alone, and says which", (before) => {
  expect(refusal(of(before), of(1))).toMatch(
    /hostroute:controlPlane.count is \d in .* says 1:\n.*only copy.*set hostroute:controlPlane.acceptSingleMember to true/,
  );
  expect(refusal(of(before), of(1), { ...JOIN, acceptSingleMember: true })).toBeUndefined();
});

it("lets an address come with more servers, which hold it, and at no other time", () => {
  expect(refusal(of(1), of(3, "10.106.1.199"))).toBeUndefined();
  expect(refusal(of(3), of(3, "10.106.1.199"))).toContain("none of them would hold it");
  expect(refusal(of(5), of(3, "10.106.1.199"))).toContain("none of them would hold it");
  expect(refusal(of(1, "10.106.1.198"), of(3, "10.106.1.199"))).toContain("none of them would hold it");
});

it("knows from which release on members can join", () => {
  expect(growthOf(specOf({}))).toEqual({ membersJoin: true, acceptSingleMember: false });
  expect(growthOf(specOf(DOCUMENTED_ERA)).membersJoin).toBe(false);
  expect(growthOf(specOf({ controlPlane: { acceptSingleMember: true } })).acceptSingleMember).toBe(true);
});

it("refuses more control-plane servers before: key, both values, why, and the ways out", () => {
  const message = refusal(of(1), of(3, "10.106.1.199"), OLD);
  expect(message).toContain(
    "hostroute:controlPlane.count is 1 in the running cluster, and the configuration says 3:\n    before Kubernetes 1.22",
  );
  expect(message).toContain("hostroute:apiEndpoint.address is not set");
  expect(message).toMatch(/nothing was touched/);
  expect(message).toMatch(/Set them back .* make a new stack .* pulumi destroy and then pulumi up\.$/s);
});

it.each(IDENTITY_KEYS)("refuses another %s", (key) => {
  const message = refusal(all, { ...all, [key]: "other" }, OLD)!;
  expect(message).toContain(
    `hostroute:${key} is ${all[key]} in the running cluster, and ${/gateway|Pool/.test(key) ? "the existing subnet" : "the configuration"} says other:`,
  );
  expect(message.match(/hostroute:/g)).toHaveLength(1);
});

it("names all that changed in one message, and what is no longer set", () => {
  const existing = identityOf(specOf({ network: EXISTING }));
  const message = refusal(existing, { ...running, nodeMask: 25 })!;
  expect(message).toContain(
    `hostroute:network.networkId is ${NETWORK_ID} in the running cluster, and the configuration says not set`,
  );
  expect(message).toContain(`hostroute:network.subnetId is ${SUBNET_ID} `);
  expect(message).toContain("hostroute:nodeMask is 24 in the running cluster, and the configuration says 25");
  expect(message).toContain("Set them back");
});

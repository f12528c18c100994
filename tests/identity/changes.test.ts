import { identityOf } from "../../components/identity";
import { Identity, IDENTITY_KEYS, refusal } from "../../components/identity/changes";
import { specOf } from "../fixtures";
import { NETWORK_ID, SUBNET_ID } from "../settings/badInput";

const EXISTING = { networkId: NETWORK_ID, subnetId: SUBNET_ID };
const running: Identity = identityOf(specOf({}));

it("says of every key how it stands, by the name that the configuration has for it", () => {
  const all = identityOf(specOf({ network: EXISTING, controlPlane: { count: 3 } }));
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

it("accepts anything for a cluster that does not run yet", () => {
  expect(refusal({}, running)).toBeUndefined();
});

it("refuses more control-plane servers: key, both values, why, and the ways out", () => {
  const message = refusal(running, { ...running, "controlPlane.count": 3 });
  expect(message).toContain(
    "hostroute:controlPlane.count is 1 in the running cluster, and the configuration says 3:\n    each server's etcd",
  );
  expect(message).toMatch(/nothing was touched/);
  expect(message).toMatch(/Set it back .* make a new stack .* pulumi destroy and then pulumi up\.$/s);
});

it.each(IDENTITY_KEYS)("refuses another %s", (key) => {
  const all = identityOf(specOf({ network: EXISTING, controlPlane: { count: 3 } }));
  const message = refusal(all, { ...all, [key]: "other" })!;
  expect(message).toContain(
    `hostroute:${key} is ${all[key]} in the running cluster, and the configuration says other:`,
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

import fc from "fast-check";
import { formatProblem } from "../../components/settings/problem";
import { validate } from "../../components/settings/validate";
import { validRaw } from "../arbitraries";
import { NETWORK_ID } from "./badInput";

const problemsOf = (raw: object) => validate({ clusterName: "dev", ...raw }).problems.map(formatProblem);
/** Only what they are about: key, value and the first words. */
const heads = (raw: object) => problemsOf(raw).map((text) => text.split("\n")[0]?.replace(/^hostroute:/, ""));

it("tells of each pool what is wrong with its form and with its meaning, whatever is wrong with others", () => {
  const workerPools = [
    { name: "control-plane", count: 2, flavor: 5, exclude: [7] },
    { name: "b", count: -1, firstSlot: 1, labels: "none" },
    { name: "Wrong", count: 3, firstSlot: 1, exclude: [3] },
    { name: "b", count: 1, firstSlot: 300, nmae: "c" },
    "no pool at all",
  ];
  expect(heads({ workerPools })).toEqual([
    "workerPools[0].flavor 5 is not valid.",
    "workerPools[1].count -1 is not valid.",
    "workerPools[1].labels none is not valid.",
    "workerPools[2].name Wrong is not a DNS label.",
    "workerPools[3].nmae c is not a known key.",
    "workerPools[4] no pool at all is not valid.",
    "workerPools[0].name control-plane is reserved for the control plane's nodes.",
    "workerPools[3].name b is already the name of another pool.",
    "workerPools[0].exclude 7 is not an index in pool control-plane, whose last one is 1.",
    "workerPools[2].exclude 3 is not an index in pool workerPools[2], whose last one is 2.",
    "workerPools[3].count 1 needs slots up to 300, but hostroute:clusterCidr 10.200.0.0/16 has only 256 blocks of /24.",
    "workerPools[2].firstSlot 1 gives pool workerPools[2] slots 1 to 3, but pool control-plane has 0 to 1.",
    "workerPools[3].count 1 puts worker b-0 beyond the last address of hostroute:network.cidr 10.106.1.0/24.",
  ]);
});

it("tells what is wrong with a map's members beside a malformed one", () => {
  const network = { cidr: "10.200.0.0/24", mtu: 5, networkId: NETWORK_ID, maxHostRoutes: 2, routeTier: "subnet" };
  const certificates = { validityHours: 24, caValidityHours: 48, earlyRenewalHours: "soon" };
  const apiEndpoint = { kind: "external", host: "10.200.1.2" };
  expect(heads({ network, certificates, controlPlane: { count: 2 }, apiEndpoint })).toEqual([
    "network.mtu 5 is not valid.",
    "controlPlane.count 2 is not 1, 3 or 5.",
    "certificates.earlyRenewalHours soon is not valid.",
    "clusterCidr 10.200.0.0/16 contains hostroute:network.cidr 10.200.0.0/24.",
    "apiEndpoint.host 10.200.1.2 is an address in hostroute:clusterCidr 10.200.0.0/16, which nodes need before there is any pod or Service.",
    "network.maxHostRoutes 2 is less than the 3 host routes that the workers need with network.routeTier subnet, one each.",
    `network.networkId ${NETWORK_ID} is set without hostroute:network.subnetId.`,
  ]);
});

it("does not take a malformed key for one that is not set", () => {
  // Were the gateway at its default, the first worker would stand on it.
  const network = { gateway: "10.106.1", firstWorkerAddress: "10.106.1.1" };
  expect(heads({ network })).toEqual(["network.gateway 10.106.1 is not an IPv4 address."]);
  expect(heads({ network: { firstWorkerAddress: "10.106.1.1" } })).toEqual([
    "workerPools[0].count 3 puts worker worker-0 at 10.106.1.1, which belongs to the gateway, hostroute:network.gateway 10.106.1.1.",
  ]);
});

it("tells both where workers stand on the gateway and where on the control plane", () => {
  const network = {
    gateway: "10.106.1.248",
    firstWorkerAddress: "10.106.1.248",
    allocationPool: { start: "10.106.1.100", end: "10.106.1.110" },
  };
  expect(heads({ network })).toEqual([
    "workerPools[0].count 3 puts worker worker-0 at 10.106.1.248, which belongs to the gateway, hostroute:network.gateway 10.106.1.248.",
    "workerPools[0].count 3 puts worker worker-2 at 10.106.1.250, which belongs to control-plane-0.",
  ]);
});

/** A way to malform each key that rules between keys need. */
const MALFORMED: [key: string, put: (raw: Record<string, unknown>) => Record<string, unknown>][] = [
  ...["clusterName", "kubernetesVersion", "clusterCidr", "nodeMask", "serviceCidr", "serviceNodePortRange"].map(
    (key): (typeof MALFORMED)[number] => [key, (raw) => ({ ...raw, [key]: "?" })],
  ),
  ...["network", "apiEndpoint", "controlPlane", "workerPools", "artifacts", "certificates"].map(
    (key): (typeof MALFORMED)[number] => [key, (raw) => ({ ...raw, [key]: 5 })],
  ),
  ...[
    "cidr",
    "gateway",
    "firstWorkerAddress",
    "firstControlPlaneAddress",
    "allocationPool",
    "maxHostRoutes",
    "routerRoutes",
    "maxRouterRoutes",
  ].map((key): (typeof MALFORMED)[number] => [
    `network.${key}`,
    (raw) => ({ ...raw, network: { ...(raw.network as object), [key]: "?" } }),
  ]),
  ...["name", "count", "firstSlot", "exclude"].map((key): (typeof MALFORMED)[number] => [
    `workerPools[0].${key}`,
    (raw) => {
      const [first = { name: "first", count: 1 }, ...others] = raw.workerPools as object[];
      return { ...raw, workerPools: [{ ...first, [key]: "?" }, ...others] };
    },
  ]),
];

it("raises no false alarm over what follows from a malformed key", () => {
  fc.assert(
    fc.property(validRaw, fc.constantFrom(...MALFORMED), (raw, [key, put]) => {
      const whole = { clusterName: "dev", ...raw };
      expect(validate(put(whole)).problems.map((problem) => problem.key)).toEqual([key]);
    }),
  );
});

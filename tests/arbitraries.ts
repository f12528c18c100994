import fc from "fast-check";
import { ENDPOINT_KINDS } from "../components/kubernetes/api";
import { Raw } from "./fixtures";

/** Node subnet, cluster CIDR, service CIDR, node mask: apart from each other, of many sizes. */
const ranges = fc.constantFrom(
  { cidr: "10.106.1.0/24", clusterCidr: "10.200.0.0/16", serviceCidr: "10.32.0.0/24", nodeMask: 24 },
  { cidr: "10.106.0.0/22", clusterCidr: "10.64.0.0/12", serviceCidr: "10.16.0.0/12", nodeMask: 23 },
  { cidr: "192.168.0.0/25", clusterCidr: "172.16.0.0/20", serviceCidr: "172.30.0.0/28", nodeMask: 26 },
  { cidr: "10.0.0.0/16", clusterCidr: "10.1.0.0/17", serviceCidr: "10.1.128.0/17", nodeMask: 24 },
  { cidr: "203.0.112.0/23", clusterCidr: "100.64.0.0/10", serviceCidr: "198.18.0.0/15", nodeMask: 20 },
);

/** Pools by their spans: each begins where the one before it ends, plus a gap. */
const spans = fc.array(
  fc.record({ gap: fc.nat(8), count: fc.nat(6), excluded: fc.uniqueArray(fc.nat(5), { maxLength: 3 }) }),
  { maxLength: 4 },
);

/** A configuration without problems: at most 24 workers, slots up to 55. */
export const validRaw: fc.Arbitrary<Raw> = fc
  .record({ ranges, spans, controlPlane: fc.constantFrom(1, 3, 5), order: fc.nat(3) })
  .map(({ ranges: { cidr, ...rest }, spans, controlPlane, order }) => {
    let next = 0;
    const workerPools = spans.map(({ gap, count, excluded }, i) => {
      const firstSlot = next + gap;
      next = firstSlot + count;
      return { name: `pool-${i}`, count, firstSlot, exclude: excluded.filter((index) => index < count) };
    });
    // The order in which pools are listed may not matter either.
    workerPools.push(...workerPools.splice(0, order));
    return { ...rest, network: { cidr, maxHostRoutes: 30 }, controlPlane: { count: controlPlane }, workerPools };
  });

const scrap = fc.oneof(
  fc.constantFrom("", "10.0.0.0/8", "10.200.0.0/16", "10.32.0.10", "0.0.0.0/0", "255.255.255.255/32", "1.34.1", "a-b"),
  fc.constantFrom("1.4.12", "0-0", "1-65535", "443-443", "::1/64", "10.106.1.0/28", "255.255.255.240/28"),
  fc.integer(),
  fc.nat(300),
  fc.jsonValue({ maxDepth: 2 }),
);
const some = (keys: Record<string, fc.Arbitrary<unknown>>) => fc.record(keys, { requiredKeys: [] });
const pools = fc.array(
  fc.oneof(
    some({
      name: fc.constantFrom("a", "b", "a-0"),
      count: fc.nat(40),
      firstSlot: fc.nat(300),
      exclude: fc.array(fc.nat(9)),
    }),
    some({ name: scrap, count: scrap, firstSlot: scrap, exclude: scrap, labels: scrap, taints: scrap }),
    scrap,
  ),
  { maxLength: 3 },
);
const addresses = { gateway: scrap, firstWorkerAddress: scrap, firstControlPlaneAddress: scrap, allocationPool: scrap };

const whole = some({
  clusterName: fc.oneof(fc.constant("dev"), scrap),
  kubernetesVersion: scrap,
  clusterCidr: scrap,
  nodeMask: fc.oneof(fc.integer({ min: 0, max: 33 }), scrap),
  serviceCidr: scrap,
  serviceNodePortRange: scrap,
  clusterDns: scrap,
  clusterDomain: scrap,
  network: fc.oneof(
    some({
      cidr: scrap,
      maxHostRoutes: fc.nat(100),
      routerRoutes: fc.boolean(),
      maxRouterRoutes: fc.nat(9),
      ...addresses,
    }),
    scrap,
  ),
  apiEndpoint: fc.oneof(
    some({
      kind: fc.constantFrom(...ENDPOINT_KINDS),
      host: scrap,
      address: scrap,
      provider: scrap,
      floatingIp: fc.boolean(),
    }),
    scrap,
  ),
  controlPlane: fc.oneof(some({ count: fc.nat(6), extraFiles: scrap }), scrap),
  workerPools: fc.oneof(pools, scrap),
  access: scrap,
  artifacts: fc.oneof(some({ baseUrl: scrap, sha256: scrap, versions: scrap }), scrap),
  allowInsecure: scrap,
  unknown: scrap,
});

/** A valid configuration with a key or two laid over it. */
const changed = fc.tuple(validRaw, whole, fc.uniqueArray(fc.nat(15), { maxLength: 2 })).map(([raw, other, places]) => {
  const entries = Object.entries(other).filter((_, i) => places.includes(i));
  return { clusterName: "dev", ...raw, ...Object.fromEntries(entries) };
});

/** Whatever somebody may write into a stack's configuration: nearly right, and anything at all. */
export const anyRaw: fc.Arbitrary<Record<string, unknown>> = fc.oneof({ arbitrary: changed, weight: 3 }, whole);

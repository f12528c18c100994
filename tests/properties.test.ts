import fc from "fast-check";
import { Netmask } from "netmask";
import { slotCapacity } from "../components/addressing/podCidr";
import { indexesOf } from "../components/addressing/routePlan";
import { nodeRanges } from "../components/addressing/subnetLayout";
import { userDataProblems } from "../components/cloudinit/size";
import { resolve } from "../components/settings/resolve";
import { validate } from "../components/settings/validate";
import { anyRaw, validRaw } from "./arbitraries";
import { Raw, settingsOf, specOf } from "./fixtures";

// Two thirds of the time, and it does not look at what it packs: tests/cloudinit/packed.test.ts.
jest.mock("../components/cloudinit/packed", () => ({
  ...jest.requireActual<object>("../components/cloudinit/packed"),
  packed: () => "",
}));

/** Rendering every document is the slow part: what was planned first stands for the rest. */
const RENDERED = 50;
const distinct = (values: readonly unknown[]) => new Set(values).size === values.length;

it("validates whatever is written, and plans whatever is valid", () => {
  let planned = 0;
  fc.assert(
    fc.property(anyRaw, (raw) => {
      const { settings, problems } = validate(raw);
      if (!settings) expect(problems).not.toEqual([]);
      if (!settings || problems.length > 0) return;
      planned += 1;
      const spec = resolve(settings);
      if (planned <= RENDERED) userDataProblems(spec);
    }),
    { numRuns: 500 },
  );
  expect(planned).toBeGreaterThan(RENDERED);
});

it("gives no two nodes the same name, address, slot, podCIDR or route", () => {
  fc.assert(
    fc.property(validRaw, (raw) => {
      const { controlPlane, workers, routes } = specOf(raw).plan;
      const all = [...controlPlane, ...workers];
      expect(distinct(all.map(({ name }) => name))).toBe(true);
      expect(distinct(all.map(({ address }) => address))).toBe(true);
      expect(distinct(workers.map(({ slot }) => slot))).toBe(true);
      const blocks = workers.map(({ podCidr }) => new Netmask(podCidr)).sort((a, b) => a.netLong - b.netLong);
      for (const [i, block] of blocks.entries()) expect(block.contains(blocks[i + 1]?.base ?? "0.0.0.0")).toBe(false);
      expect(routes).toEqual(workers.map((w) => ({ destination: w.podCidr, nextHop: w.address, node: w.name })));
    }),
  );
});

it("keeps podCIDRs in the cluster CIDR, and addresses in the node subnet and clear of what Neutron uses", () => {
  fc.assert(
    fc.property(validRaw, (raw) => {
      const { clusterCidr, nodeMask, network, layout, plan } = specOf(raw);
      const subnet = new Netmask(network.cidr);
      const { gateway, allocationPools } = layout;
      const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
      for (const { podCidr } of plan.workers) {
        expect(new Netmask(clusterCidr).contains(podCidr)).toBe(true);
        expect(podCidr.endsWith(`/${nodeMask}`)).toBe(true);
      }
      for (const { address } of [...plan.controlPlane, ...plan.workers]) {
        expect(subnet.contains(address)).toBe(true);
        expect([subnet.base, subnet.broadcast, gateway]).not.toContain(address);
        for (const { start, end } of allocationPools)
          expect(number(address) >= number(start) && number(address) <= number(end)).toBe(false);
      }
    }),
  );
});

/** A valid configuration, and the place in it of one worker that exists. */
const withOneWorker = fc
  .tuple(validRaw, fc.nat(), fc.nat())
  .map(([raw, p, n]) => {
    const pools = settingsOf(raw).workerPools.filter((pool) => indexesOf(pool).length > 0);
    const pool = pools[p % Math.max(pools.length, 1)];
    return { raw, pool: pool?.name, index: pool && indexesOf(pool)[n % indexesOf(pool).length] };
  })
  .filter(({ pool }) => pool !== undefined);

const without = (raw: Raw, name: string | undefined, index: number | undefined): Raw => ({
  ...raw,
  workerPools: raw.workerPools?.map((p) =>
    p.name === name ? { ...p, exclude: [...(p.exclude ?? []), index ?? 0] } : p,
  ),
});

it("changes nothing else in the plan when one node goes or comes", () => {
  fc.assert(
    fc.property(withOneWorker, ({ raw, pool, index }) => {
      const full = specOf(raw).plan;
      const less = specOf(without(raw, pool, index)).plan;
      const gone = `dev-${pool}-${index}`;
      expect(full.workers.some(({ name }) => name === gone)).toBe(true);
      expect(less.workers).toEqual(full.workers.filter(({ name }) => name !== gone));
      expect(less.routes).toEqual(full.routes.filter(({ node }) => node !== gone));
      expect(less.controlPlane).toEqual(full.controlPlane);
    }),
  );
});

it("changes nothing else in the plan when a pool grows at its end, or pools change places", () => {
  fc.assert(
    fc.property(validRaw, (raw) => {
      const { plan } = specOf(raw);
      const turned = specOf({ ...raw, workerPools: [...(raw.workerPools ?? [])].reverse() }).plan;
      expect(new Set(turned.workers)).toEqual(new Set(plan.workers));
      const grown = specOf({
        ...raw,
        workerPools: [...(raw.workerPools ?? []), { name: "new", count: 1, firstSlot: 56 }],
      });
      expect(grown.plan.workers.filter(({ pool }) => pool !== "new")).toEqual(plan.workers);
    }),
  );
});

it("keeps ranges for nodes that hold every node, and nothing that is not one", () => {
  fc.assert(
    fc.property(validRaw, (raw) => {
      const { clusterCidr, nodeMask, network, layout, plan } = specOf(raw);
      const subnet = new Netmask(network.cidr);
      const slots = slotCapacity(new Netmask(clusterCidr), nodeMask);
      const { workers, controlPlane } = nodeRanges(subnet, layout, slots);
      const among = (cidrs: readonly string[], address: string) =>
        cidrs.some((cidr) => new Netmask(cidr).contains(address));
      for (const { address } of plan.workers) expect(among(workers, address)).toBe(true);
      for (const { address } of plan.controlPlane) expect(among(controlPlane, address)).toBe(true);
      const pooled = layout.allocationPools.flatMap(({ start, end }) => [start, end]);
      for (const other of [subnet.base, subnet.broadcast!, layout.gateway, ...pooled])
        expect(among([...workers, ...controlPlane], other)).toBe(false);
    }),
  );
});

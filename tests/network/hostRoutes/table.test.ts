import fc from "fast-check";
import { conflicts, desiredTable, drift, sameTable } from "../../../components/network/hostRoutes/table";

const ours = (n: number, by = 2) => ({ destination: `10.200.${n}.0/24`, nextHop: `10.106.1.${n + by}` });
const found = (n: number, by = 2) => ({ destination: `10.200.${n}.0/24`, nexthop: `10.106.1.${n + by}` });
const foreign = { destination: "192.168.7.0/24", nexthop: "10.106.1.99" };

it.each([
  ["an empty subnet", [], [ours(0), ours(1)], [], [found(0), found(1)]],
  ["routes of others", [foreign], [ours(0)], [], [foreign, found(0)]],
  ["a route removed by hand", [found(1)], [ours(0), ours(1)], [ours(0), ours(1)], [found(0), found(1)]],
  ["another next hop by hand", [found(0, 77)], [ours(0)], [ours(0)], [found(0)]],
  ["a second next hop by hand", [found(0), found(0, 77)], [ours(0)], [ours(0)], [found(0)]],
  ["a worker that goes", [foreign, found(0), found(1)], [ours(0)], [ours(0), ours(1)], [foreign, found(0)]],
  ["a worker that comes", [found(0), foreign], [ours(0), ours(1)], [ours(0)], [foreign, found(0), found(1)]],
  ["the stack's end", [found(0), foreign, found(1, 50)], [], [ours(0), ours(1)], [foreign]],
])("makes the table for %s", (_name, table, plan, before, expected) => {
  expect(desiredTable(table, plan, before)).toEqual(expected);
});

it.each([
  ["nothing known of others", [foreign], [ours(0)], [], []],
  ["the very route", [found(0)], [ours(0)], [], []],
  ["another's next hop", [found(0, 77)], [ours(0)], [], [found(0, 77)]],
  ["a change by hand of ours", [found(0, 77)], [ours(0)], [ours(0)], []],
])("finds conflicts: %s", (_name, table, plan, before, expected) => {
  expect(conflicts(table, plan, before)).toEqual(expected);
});

it.each([
  ["nothing", [found(0), foreign], [ours(0)], []],
  ["a removed route", [foreign], [ours(0)], ["10.200.0.0/24 via 10.106.1.2 was missing"]],
  [
    "another next hop",
    [found(0, 77)],
    [ours(0)],
    ["10.200.0.0/24 via 10.106.1.2 was missing", "10.200.0.0/24 via 10.106.1.77 was not ours"],
  ],
  ["a second next hop", [found(0), found(0, 77)], [ours(0)], ["10.200.0.0/24 via 10.106.1.77 was not ours"]],
])("tells what was changed by hand: %s", (_name, table, before, lines) => {
  expect(drift(table, before)).toEqual(lines);
});

const route = fc.record({ n: fc.nat(9), by: fc.nat(4) });
const neutronTable = fc
  .uniqueArray(route, { selector: ({ n, by }) => `${n} ${by}` })
  .map((all) => all.map(({ n, by }) => found(n, by)));
const planTable = fc.uniqueArray(route, { selector: ({ n }) => n }).map((all) => all.map(({ n, by }) => ours(n, by)));

it("never loses a route of others, always has all of ours, and only those, in any order", () => {
  fc.assert(
    fc.property(neutronTable, planTable, planTable, (table, plan, before) => {
      const wanted = desiredTable(table, plan, before);
      const known = new Set([...plan, ...before].map(({ destination }) => destination));
      const of = (destination: string) => wanted.filter((r) => r.destination === destination).map((r) => r.nexthop);
      for (const r of table.filter(({ destination }) => !known.has(destination))) expect(wanted).toContainEqual(r);
      for (const r of plan) expect(of(r.destination)).toEqual([r.nextHop]);
      for (const r of wanted.filter(({ destination }) => known.has(destination))) {
        expect(plan).toContainEqual({ destination: r.destination, nextHop: r.nexthop });
      }
      expect(sameTable(wanted, desiredTable([...table].reverse(), [...plan].reverse(), before))).toBe(true);
      expect(sameTable(wanted, desiredTable(wanted, plan, plan))).toBe(true);
      expect(drift(wanted, plan)).toEqual([]);
    }),
  );
});

it("compares tables without order, and by both members", () => {
  expect(sameTable([found(0), found(1)], [found(1), found(0)])).toBe(true);
  expect(sameTable([found(0)], [found(0, 3)])).toBe(false);
  expect(sameTable([found(0)], [found(0), found(1)])).toBe(false);
});

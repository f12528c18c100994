import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";

const problemsOf = (raw: object) => validate({ clusterName: "dev", ...raw }).problems.map(formatProblem);
const REMEDY =
  "Choose soft-anti-affinity, which may have several groups; or, if Nova's quota server_group_members is higher, set hostroute:maxServerGroupMembers to it.";

it("refuses, all at once, to promise what one group cannot hold", () => {
  const workerPools = [
    { name: "a", count: 4, serverGroup: "anti-affinity" },
    { name: "b", count: 4, firstSlot: 4, serverGroup: "soft-anti-affinity" },
    // The index does not matter, only how many there are.
    { name: "c", count: 4, firstSlot: 8, exclude: [0], serverGroup: "anti-affinity" },
    { name: "d", count: 4, firstSlot: 12 },
  ];
  const controlPlane = { count: 5, serverGroup: "anti-affinity" };
  expect(problemsOf({ maxServerGroupMembers: 3, controlPlane, workerPools })).toEqual([
    `hostroute:controlPlane.serverGroup anti-affinity needs all 5 servers in one server group, but hostroute:maxServerGroupMembers allows 3 in one.\n  ${REMEDY}`,
    `hostroute:workerPools[0].serverGroup anti-affinity needs all 4 servers in one server group, but hostroute:maxServerGroupMembers allows 3 in one.\n  ${REMEDY}`,
  ]);
  expect(problemsOf({ maxServerGroupMembers: 5, controlPlane, workerPools })).toEqual([]);
});

it("takes as many as Nova allows by default, and one more is too many", () => {
  const pool = (count: number) => ({ workerPools: [{ name: "a", count, serverGroup: "anti-affinity" }] });
  expect(problemsOf(pool(10))).toEqual([]);
  expect(problemsOf(pool(11))).toHaveLength(1);
});

it("says nothing of a pool or a limit that is not known", () => {
  const keys = (raw: object) => validate({ clusterName: "dev", ...raw }).problems.map(({ key }) => key);
  const workerPools = [{ name: "a", count: 11, serverGroup: "anti-affinity" }];
  expect(keys({ maxServerGroupMembers: 0, workerPools })).toEqual(["maxServerGroupMembers"]);
  expect(keys({ workerPools: [{ name: "a", count: 11, serverGroup: "affinity" }] })).toEqual([
    "workerPools[0].serverGroup",
  ]);
  expect(keys({ maxServerGroupMembers: 1, controlPlane: { count: 2, serverGroup: "anti-affinity" } })).toEqual([
    "controlPlane.count",
  ]);
});

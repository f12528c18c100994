import { groupNumber, groupPolicy } from "../../components/settings/serverGroups";

it.each([
  [undefined, 0, "none"],
  [undefined, 1, "none"],
  [undefined, 2, "soft-anti-affinity"],
  ["none", 5, "none"],
  ["anti-affinity", 3, "anti-affinity"],
  // Said for one: it is in the group when others join it.
  ["soft-anti-affinity", 1, "soft-anti-affinity"],
] as const)("for %s with %d servers is %s", (serverGroup, count, policy) => {
  expect(groupPolicy(serverGroup, count)).toBe(policy);
});

it.each([
  ["soft-anti-affinity", [0, 0, 0, 1, 1, 1, 2]],
  ["anti-affinity", [0, 0, 0, 0, 0, 0, 0]],
  ["none", Array<undefined>(7).fill(undefined)],
] as const)("puts seven servers, three a group, under %s into %j", (policy, groups) => {
  expect([0, 1, 2, 3, 4, 5, 6].map((index) => groupNumber(policy, index, 3))).toEqual(groups);
});

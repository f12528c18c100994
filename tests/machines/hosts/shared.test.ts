import { sharedHostWarning } from "../../../components/machines/hosts/shared";

const members = (...hosts: (string | undefined)[]) => hosts.map((host, i) => ({ name: `cp-${i}`, host }));

it.each([
  ["nobody", []],
  ["one alone", ["a"]],
  ["three on three", ["a", "b", "c"]],
  // Whatever host fails, three of five are left.
  ["five on three", ["a", "a", "b", "b", "c"]],
  ["three of whom nothing is known", [undefined, undefined, undefined]],
])("says nothing of %s", (_name, hosts) => {
  expect(sharedHostWarning(members(...hosts))).toBeUndefined();
});

it.each([
  ["two of three", ["a", "b", "a"], "cp-0 and cp-2"],
  ["all three", ["a", "a", "a"], "cp-0, cp-1 and cp-2"],
  ["three of five", ["b", "a", "a", "b", "a"], "cp-1, cp-2 and cp-4"],
  ["two, the third nowhere", ["a", undefined, "a"], "cp-0 and cp-2"],
])("names %s on one host", (_name, hosts, names) => {
  expect(sharedHostWarning(members(...hosts))).toBe(
    `${names} are on the same host: when it fails, etcd has no majority and the API is away. ` +
      'What keeps them apart, and how to move one: "Servers on different hosts" in docs/operations.md.',
  );
});

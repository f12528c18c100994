import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";
import { DOCUMENTED_ERA, Raw, specOf } from "../../fixtures";

const found = (snapshots: object, more: Raw = {}) =>
  validate({ clusterName: "dev", ...more, snapshots }).problems.map(formatProblem);

it.each<[string, object, Raw, RegExp[]]>([
  ["nothing", {}, {}, []],
  ["a container", { container: "prod etcd" }, {}, []],
  ["all of it", { container: "etcd", interval: 600, keep: 3_600, restoreFrom: "a-1.db" }, {}, []],
  [
    "a folder for a container",
    { container: "etcd/prod" },
    {},
    [/^hostroute:snapshots.container etcd\/prod has a slash/],
  ],
  [
    "fewer seconds than to the next",
    { container: "etcd", interval: 7_200, keep: 7_200 },
    {},
    [/snapshots.keep 7200 is not more than the 7200 seconds/],
  ],
  [
    "what to restore, from nowhere",
    { restoreFrom: "latest" },
    {},
    [/snapshots.restoreFrom latest is set without hostroute:snapshots.container/],
  ],
  [
    "a path to restore",
    { container: "etcd", restoreFrom: "prod/a.db" },
    {},
    [/snapshots.restoreFrom prod\/a.db is neither latest nor the name of a snapshot/],
  ],
  [
    "any, with the 1.4-era document's release",
    { container: "etcd" },
    DOCUMENTED_ERA,
    [/^hostroute:kubernetesVersion 1\.4\.12 has an etcd without the tools/],
  ],
  [
    "one every second, kept for ever",
    { container: "etcd", interval: 1, keep: 1e12 },
    {},
    [/snapshots.interval 1/, /snapshots.keep 1000000000000/],
  ],
])("looks at %s", (_what, snapshots, more, expected) => {
  const problems = found(snapshots, more);
  expect(problems).toHaveLength(expected.length);
  expected.forEach((each, i) => expect(problems[i]).toMatch(each));
});

it("has a folder for each cluster by its name", () => {
  expect(specOf({ snapshots: { container: "etcd" } }).snapshots).toEqual({
    container: "etcd",
    prefix: "dev/",
    interval: 3_600,
    keep: 604_800,
  });
  expect(specOf({}).snapshots).toBeUndefined();
});

import { compareVersions, newestOf, pinnedFiles, pinnedOf } from "../../../scripts/releases/choose";

const one = {
  "a/v1.36.2/x": "11",
  "a/v1.36.2/y": "12",
  "a/v1.36.10/x": "13",
  "a/v1.36.10/y": "14",
  "a/v1.37.0/x": "15",
};
const other = { "a/v1.36.2/x": "11", "a/v1.36.10/x": "13", "a/v1.36.11/x": "16" };
const files = (version: string) => [`a/v${version}/x`, `a/v${version}/y`];

it("takes the newest release that one table has whole and another one knows", () => {
  expect(newestOf("1.36", files, { one, other })).toBe("1.36.10");
  expect(newestOf("1.36", files, { one, other }, ["1.36.10"])).toBe("1.36.2");
});

it("takes none that a single table has, or that none has whole", () => {
  expect(() => newestOf("1.37", files, { one, other })).toThrow("No two tables have a release 1.37");
  expect(() => newestOf("1.36", files, { other })).toThrow("No two tables have a release 1.36");
});

it("refuses tables that do not agree", () => {
  expect(pinnedOf("a/v1.36.2/x", { one, other })).toEqual({ sha256: "11", tables: ["one", "other"] });
  expect(() => pinnedOf("f", { one: { f: "1" }, other: { f: "1" }, third: { f: "2" } })).toThrow(
    "f: one says 1, third says 2",
  );
});

it("refuses a set with a file that no table has", () => {
  const set = { kubernetes: "1", etcd: "1", containerd: "1", runc: "1", cniPlugins: "1", coredns: "1", pause: "1" };
  expect(() => pinnedFiles(set, {})).toThrow("No table has dl.k8s.io/release/v1/bin/linux/amd64/kube-apiserver");
});

it.each([
  ["3.6.9", "3.6.13", -1],
  ["3.10.0", "3.9.9", 1],
  ["1.36.3", "1.36.3", 0],
])("orders %s and %s", (left, right, sign) => expect(Math.sign(compareVersions(left, right))).toBe(sign));

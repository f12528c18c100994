import { z } from "zod";
import { SettingKey, settingKeys, withInner } from "../../components/settings/keys";

const all = settingKeys().flatMap(withInner);
const paths = (wanted: (key: SettingKey) => boolean) => all.filter(wanted).map(({ path }) => path);
const find = (path: string) => all.find((key) => key.path === path);

describe("every key of the schema, at every depth,", () => {
  it("has a description of whole sentences", () => {
    expect(paths(({ description }) => !/^[A-Z].{10,}\.$/.test(description))).toEqual([]);
  });

  it("says what happens when it is left out: it is required, has a default, or something stands in for it", () => {
    expect(paths((key) => !key.required && key.default === undefined && !key.whenUnset)).toEqual([]);
  });

  it("has a unit where its name says one", () => {
    expect(paths(({ path, unit }) => path.endsWith("Hours") !== (unit === "hours"))).toEqual([]);
  });

  it("explains the form of its text where it has one", () => {
    expect(paths(({ form, item }) => (form ?? item?.form)?.meaning === "")).toEqual([]);
  });

  it("names other keys in backticks that exist", () => {
    const names = new Set(all.flatMap(({ path }) => [path, path.replace(/^.*\./, "")]));
    const mentioned = all.flatMap(({ description, rule = "", whenUnset = "" }) =>
      [...`${description} ${rule} ${whenUnset}`.matchAll(/`([a-z]+[A-Z]\w*(?:\.\w+)*|\w+\.\w+)`/g)].map(
        ([, name = ""]) => name,
      ),
    );
    expect(mentioned.length).toBeGreaterThan(20);
    const domains = ["kubernetes.io", "k8s.io"];
    expect(mentioned.filter((name) => !names.has(name) && !domains.includes(name))).toEqual([]);
  });
});

it.each<[string, Partial<SettingKey>]>([
  ["clusterName", { type: "string", required: true, default: undefined, whenUnset: "the stack's name" }],
  ["nodeMask", { type: "integer", required: false, default: 24, allowed: "8 to 30" }],
  ["network.mtu", { type: "integer", unit: "bytes", allowed: "1280 to 65535" }],
  ["network.maxHostRoutes", { type: "integer", allowed: "0 or more" }],
  ["network.routeTier", { type: "string", default: "auto", allowed: "`auto`, `subnet`, `nodes`" }],
  ["controlPlane.count", { type: "integer", default: 1, allowed: "`1`, `3`, `5`" }],
  ["workerPools", { type: "array", default: [{ name: "worker", count: 3 }] }],
  ["workerPools[].count", { type: "integer", required: true, allowed: "0 to 65535" }],
  ["workerPools[].labels", { type: "map", item: { type: "string" } }],
])("reads %s off the schema", (path, expected) => {
  expect(find(path)).toMatchObject(expected);
});

it("reads what lists and maps hold", () => {
  expect(find("workerPools[].exclude")?.item).toEqual({ type: "integer", allowed: "0 to 65535" });
  expect(find("access.api")?.item?.form?.name).toBe("CIDR");
  expect(find("artifacts.sha256")).toMatchObject({ type: "map", item: { form: { name: "SHA-256 digest" } } });
});

it.each([
  ["a fraction", z.number()],
  ["one of two types", z.union([z.string(), z.boolean()])],
])("does not describe %s", (_what, member) => {
  expect(() => settingKeys(z.strictObject({ member }))).toThrow("a type that is not described");
});

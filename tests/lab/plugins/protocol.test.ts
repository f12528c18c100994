import { check } from "../../../lab/plugins/protocol/check";
import { changes } from "../../../lab/plugins/protocol/diff";
import { inputsOf } from "../../../lab/plugins/protocol/inputs";
import { Kind, NotReady } from "../../../lab/plugins/protocol/kind";
import { Properties, replaces, updates } from "../../../lab/plugins/protocol/schema";
import { withDistinctSets } from "../../../lab/plugins/protocol/sets";
import { formatPath, Props, secret, UNKNOWN } from "../../../lab/plugins/protocol/values";
import { Engine, Failure, initFailed } from "./engine";

const inPlace = updates("a test");
const anew = replaces("a test");
const properties: Properties = {
  name: { type: "string", required: true, ...anew },
  size: { type: "integer", default: 4, ...inPlace },
  on: { type: "boolean", computed: true, ...inPlace },
  mode: { type: "string", oneOf: ["fast", "slow"], ...inPlace },
  tags: { type: { set: "string" }, ...inPlace },
  order: { type: { list: "string" }, ...inPlace },
  labels: { type: { map: "string" }, ...inPlace },
  pairs: {
    type: {
      set: {
        object: {
          ip: { type: "string", required: true, ...inPlace },
          mac: { type: "string", computed: true, ...inPlace },
        },
      },
    },
    ...inPlace,
  },
  nics: {
    type: { list: { object: { port: { type: "string", ...anew }, speed: { type: "integer", ...inPlace } } } },
    ...inPlace,
  },
};

describe("check", () => {
  it.each<[string, Props, string[]]>([
    ["an unknown property", { name: "a", nme: "b" }, ["nme"]],
    ["an unknown property deep inside", { name: "a", pairs: [{ ip: "1", ipp: "2" }] }, ["pairs[0].ipp"]],
    ["what is missing", {}, ["name"]],
    ["what is missing deep inside", { name: "a", pairs: [{ mac: "1" }] }, ["pairs[0].ip"]],
    [
      "another type",
      { name: 5, size: "4", on: "true", tags: "a", labels: [], order: [1] },
      ["name", "size", "on", "tags", "order[0]", "labels"],
    ],
    ["half a number", { name: "a", size: 0.5 }, ["size"]],
    ["another value than those there are", { name: "a", mode: "medium" }, ["mode"]],
  ])("refuses %s", (_what, inputs, paths) => {
    expect(check(properties, inputs).map(({ property }) => property)).toEqual(paths);
  });

  it("accepts what is not known yet, wherever it stands", () => {
    const inputs = {
      name: UNKNOWN,
      size: UNKNOWN,
      mode: UNKNOWN,
      pairs: [{ ip: UNKNOWN }, UNKNOWN],
      labels: { a: UNKNOWN },
    };
    expect(check(properties, inputs)).toEqual([]);
  });
});

describe("changes", () => {
  const state = {
    name: "a",
    size: 4,
    on: true,
    tags: ["x", "y"],
    order: ["x", "y"],
    labels: { "a.b/c": "1" },
    pairs: [{ ip: "1", mac: "m" }],
  };
  const goal = { name: "a", tags: ["y", "x"], order: ["x", "y"], labels: { "a.b/c": "1" }, pairs: [{ ip: "1" }] };
  const found = (over: Props, from: Props = state) =>
    Object.fromEntries(
      changes(properties, from, { ...goal, ...over }).map((c) => [
        formatPath(c.path),
        `${c.kind}${c.replaces ? "!" : ""}`,
      ]),
    );

  it("are none for another order of a set, a default, and what the provider may choose", () => {
    expect(found({})).toEqual({});
    expect(found({ size: 4, on: true })).toEqual({});
  });
  it.each<[string, Props, Record<string, string>]>([
    ["another value", { size: 5 }, { size: "update" }],
    ["one that replaces", { name: "b" }, { name: "update!" }],
    ["one that is not known yet", { name: UNKNOWN, mode: UNKNOWN }, { name: "update!", mode: "add" }],
    ["another order of a list", { order: ["y", "x"] }, { "order[0]": "update", "order[1]": "update" }],
    ["an element more, one less", { order: ["x"], tags: ["x", "y", "z"] }, { "order[1]": "delete", tags: "update" }],
    ["what is no longer said", { labels: undefined }, { labels: "delete" }],
    ["a map's member", { labels: { "a.b/c": "2" } }, { 'labels["a.b/c"]': "update" }],
    ["an element of a set of objects", { pairs: [{ ip: "2" }] }, { pairs: "update" }],
    ["a member that the state has otherwise", { pairs: [{ ip: "1", mac: "n" }] }, { pairs: "update" }],
  ])("are %s", (_what, over, expected) => {
    expect(found(over)).toEqual(expected);
  });
  it("replace where a member deep inside does", () => {
    const nics = [{ port: "p", speed: 1 }];
    expect(found({ nics: [{ port: "q", speed: 2 }] }, { ...state, nics })).toEqual({
      "nics[0].port": "update!",
      "nics[0].speed": "update",
    });
  });
  it("are none between nothing and an empty value", () => {
    expect(found({ mode: "", nics: [] }, { ...state, mode: undefined, nics: undefined })).toEqual({});
  });
});

describe("inputs from a state", () => {
  const state = {
    name: "a",
    size: 4,
    on: true,
    tags: ["x", "y"],
    order: [],
    labels: {},
    pairs: [{ ip: "1", mac: "m" }],
    other: 1,
  };
  it("are, at a refresh, those that there were, as they are now", () => {
    expect(inputsOf(properties, state, { name: "b", tags: ["y", "x"], pairs: [{ ip: "1" }], labels: {} })).toEqual({
      ...{ name: "a", tags: ["y", "x"], pairs: [{ ip: "1" }], labels: {} },
    });
    expect(inputsOf(properties, state, { name: "a", tags: ["x"], on: false })).toEqual({
      name: "a",
      tags: ["x", "y"],
      on: true,
    });
  });
  it("are, at an import, all that is neither nothing nor a default", () => {
    expect(inputsOf(properties, state)).toEqual({
      name: "a",
      on: true,
      tags: ["x", "y"],
      pairs: [{ ip: "1", mac: "m" }],
    });
  });
});

describe("a provider", () => {
  const kind: Kind = {
    inputs: { ...properties, password: { type: "string", secret: true, ...inPlace } },
    secretOutputs: ["key"],
    create: (inputs) => {
      const made = { id: "1", state: { ...inputs, key: "k", printed: "p" } };
      return inputs.mode === "slow" ? Promise.reject(new NotReady(made, "it is slow")) : Promise.resolve(made);
    },
    remove: () => Promise.resolve(),
  };
  const config: Properties = { url: { type: "string", ...anew }, insecure: { type: "boolean", ...inPlace } };
  const configured: (Props | undefined)[] = [];
  const engine = (acceptSecrets: boolean) =>
    new Engine({
      ...{ name: "x", version: "1.2.3", config, acceptSecrets, kinds: { "x:y:Z": kind } },
      configure: (given) => void configured.push(given),
    });

  it("unwraps the secrets of its configuration, and reads what is JSON", async () => {
    const answer = await engine(true).configure({ url: secret("u"), insecure: "true", version: "1" });
    expect([answer.getAcceptsecrets(), answer.getSupportspreview()]).toEqual([true, true]);
    await engine(false).configure({ url: UNKNOWN });
    expect(configured).toEqual([{ url: "u", insecure: true }, undefined]);
  });
  it("refuses configuration that it does not implement", async () => {
    expect(await engine(true).checkConfig({ url: "u", cloud: "c", insecure: "no", version: "1" })).toEqual({
      ...{ cloud: "the lab's plugins do not implement this property", insecure: "must be a boolean" },
    });
    expect(await engine(true).diffConfig({ url: "u" }, { url: "v", insecure: "true" })).toMatchObject({
      detailed: { url: "updates replacing", insecure: "adds" },
    });
  });
  it("gives secrets back as secrets: its own, and those it was given", async () => {
    const given = { name: "a", password: secret("s"), labels: { a: secret("b"), c: "d" } };
    expect((await engine(true).create("x:y:Z", given)).state).toEqual({
      ...{
        name: "a",
        password: secret("s"),
        labels: { a: secret("b"), c: "d" },
        key: secret("k"),
        printed: "p",
      },
    });
    // To one that does not accept them the engine gives none, and marks by itself what is named like a secret input.
    expect((await engine(false).create("x:y:Z", { name: "a", password: "s" })).state).toEqual({
      ...{ name: "a", password: secret("s"), key: secret("k"), printed: "p" },
    });
  });
  it("keeps what is not known yet, at a preview", async () => {
    expect(await engine(true).previewCreate("x:y:Z", { name: UNKNOWN, tags: [UNKNOWN] })).toEqual({
      name: UNKNOWN,
      tags: [UNKNOWN],
    });
  });
  it("replaces whatever changes where nothing can change in place", async () => {
    const made = await engine(true).create("x:y:Z", { name: "a", size: 1 });
    expect((await engine(true).diff(made, { name: "a", size: 2 })).replaces).toEqual(["size"]);
  });
  it("hands over what was made and is not ready, so that it is not lost", async () => {
    const failure = await engine(true)
      .create("x:y:Z", { name: "a", mode: "slow" })
      .catch((error: unknown) => error);
    expect(initFailed(failure as Failure)).toMatchObject({
      id: "1",
      reasons: ["it is slow"],
      state: { name: "a", key: secret("k") },
    });
  });
});

describe("inputs that say something twice", () => {
  it("are one in a set, wherever it stands, and stay two in a list", () => {
    const pair = { ip: "10.0.0.1" };
    const said = {
      tags: ["worker", "dev", "worker"],
      order: ["a", "a"],
      pairs: [pair, { ip: "10.0.0.2" }, { ...pair }],
    };
    expect(withDistinctSets(properties, said)).toEqual({
      tags: ["worker", "dev"],
      order: ["a", "a"],
      pairs: [pair, { ip: "10.0.0.2" }],
    });
  });

  it("are no difference from what was made of them", () => {
    const goal = withDistinctSets(properties, { name: "n", tags: ["a", "a"] });
    expect(changes(properties, { name: "n", size: 4, tags: ["a"] }, goal)).toEqual([]);
  });
});

import fc from "fast-check";
import { SettingKey, settingKeys } from "../../components/settings/keys";
import { validRaw } from "../arbitraries";
import { BAD_INPUT } from "./badInput";
import { GOOD_INPUT } from "./goodInput";

type Value = Record<string, unknown>;
const isMap = (value: unknown): value is Value => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every value in a configuration, by its key without indexes: what was right or wrong there once is worth a try again. */
function leaves(value: unknown, path: string): [path: string, leaf: unknown][] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, `${path}[]`));
  if (!isMap(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, member]) => [
    ...leaves(member, path === "" ? key : `${path}.${key}`),
    // A map's own keys, for maps whose keys are the operator's.
    [`${path}{}`, key] as [string, unknown],
  ]);
}
const KNOWN = new Map<string, unknown[]>();
for (const [path, leaf] of [...BAD_INPUT.map(({ raw }) => raw), ...GOOD_INPUT.map(([, raw]) => raw)].flatMap((raw) =>
  leaves(raw, ""),
))
  KNOWN.set(path, [...(KNOWN.get(path) ?? []), leaf]);

/** Whatever a text may be made of. Not fast-check's `binary`, which lists all of it to find one again: two seconds. */
const unit = fc.nat(0x10ffff - 0x800).map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800));
const anyText = fc.oneof(fc.string({ unit, maxLength: 12 }), fc.string({ maxLength: 12 }));
/** A text, and one with something put into it. */
const edited = (text: string) =>
  fc.oneof(
    { arbitrary: fc.constant(text), weight: 4 },
    fc.tuple(fc.nat(text.length), fc.nat(2), fc.string({ unit, maxLength: 2 })).map(([at, gone, put]) => {
      return text.slice(0, at) + put + text.slice(at + gone);
    }),
  );

/** A value for a key: one that has stood there, an edited one, a random one of its type, and now and then anything. */
function valueOf(key: SettingKey): fc.Arbitrary<unknown> {
  const known = [...(KNOWN.get(key.path) ?? []), ...(key.default === undefined ? [] : [key.default])];
  const texts = known.filter((value) => typeof value === "string");
  const likely = [
    ...(known.length > 0 ? [{ arbitrary: fc.constantFrom(...known), weight: 8 }] : []),
    ...(texts.length > 0 ? [{ arbitrary: fc.constantFrom(...texts).chain(edited), weight: 6 }] : []),
    { arbitrary: ofType(key), weight: 4 },
  ];
  return fc.oneof(...likely, { arbitrary: fc.jsonValue({ maxDepth: 2 }), weight: 1 });
}

function ofType(key: SettingKey): fc.Arbitrary<unknown> {
  switch (key.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.oneof(fc.nat(40), fc.nat(70_000), fc.integer(), fc.double());
    case "string":
      return anyText;
    case "object":
      return mapOf(key.keys);
    case "map":
      return dictionary(key.path);
    case "array":
      return fc.array(
        key.keys.length > 0
          ? mapOf(key.keys)
          : valueOf({
              ...key,
              ...key.item,
              path: `${key.path}[]`,
              default: undefined,
              type: key.item?.type ?? "string",
            }),
        { maxLength: 3 },
      );
  }
}

const mapOf = (keys: readonly SettingKey[]): fc.Arbitrary<Value> =>
  fc.record(Object.fromEntries(keys.map((key) => [key.path.replace(/^.*\./, ""), valueOf(key)])), {
    requiredKeys: keys.filter(({ required }) => required).map(({ path }) => path.replace(/^.*\./, "")),
  });

const dictionary = (path: string) => {
  const names = (KNOWN.get(`${path}{}`) ?? KNOWN.get(`${path.replace("[]", "[]")}{}`) ?? ["a"]) as string[];
  const values = [...KNOWN].filter(([known]) => known.startsWith(`${path}.`)).flatMap(([, leaf]) => leaf);
  return fc.dictionary(
    fc.oneof(fc.constantFrom(...names).chain(edited), anyText),
    fc.oneof(fc.constantFrom(...values, "a"), anyText),
    { maxKeys: 3 },
  );
};

const KEYS = settingKeys();
const whole = mapOf(KEYS);

/** Of two configurations the keys of both, at every depth; where both have one, the second one's. */
function merged(one: unknown, other: unknown): unknown {
  if (!isMap(one) || !isMap(other)) return other;
  const both = Object.entries(other).map(([key, member]) => [key, key in one ? merged(one[key], member) : member]);
  return { ...one, ...(Object.fromEntries(both) as Value) };
}

/** Right configurations laid over each other: most are right again, in combinations that nobody has written down. */
const combined = fc
  .tuple(
    validRaw,
    fc.shuffledSubarray(
      GOOD_INPUT.map(([, raw]) => raw),
      { maxLength: 5 },
    ),
  )
  .map(([raw, others]) => [...others, {}].reduce<unknown>(merged, raw) as Value);

/** The same with one key of its own somewhere inside. */
const touched = fc
  .tuple(
    combined,
    fc.constantFrom(...KEYS).chain((key) => valueOf(key).map((value) => ({ [key.path]: value }))),
  )
  .map(([raw, own]) => merged(raw, own) as Value);

/** Whatever an operator may write, nested as the schema nests it. */
export const nestedRaw: fc.Arbitrary<Value> = fc
  .oneof({ arbitrary: combined, weight: 3 }, { arbitrary: touched, weight: 4 }, { arbitrary: whole, weight: 1 })
  .map((raw) => ({ clusterName: "dev", ...raw }));

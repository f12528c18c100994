import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { MOVED } from "./moved";
import { Problem } from "./problem";
import { Settings, settingsSchema } from "./schema";

type Raw = Record<string, unknown>;

/** The part of a value that parsed, at every depth. A malformed key is absent; a key that is present but undefined is not set. */
export type Kept<T> = { [K in keyof T]?: Kept<T[K]> };

export interface Parsed {
  /** What parsed, with defaults filled in: for example a pool's count although its name is malformed. */
  kept: Kept<Settings>;
  /** All of it, if nothing is malformed. */
  settings?: Settings;
  /** All problems of form. */
  problems: Problem[];
}

/**
 * Gives a raw configuration its shape, as far as it has one.
 * An empty string counts as "not set": it is what a stack configuration writes for an optional key.
 */
export function parseSettings(raw: Raw): Parsed {
  const input = withoutEmpty(raw) as Raw;
  const [kept = {}] = keep(settingsSchema, input) as [Kept<Settings>?];
  const result = settingsSchema.safeParse(input);
  if (result.success) return { kept, settings: result.data, problems: [] };
  return { kept, problems: result.error.issues.flatMap((found) => toProblems(found, input)) };
}

/** The value as far as it parses, without malformed members of maps; an empty tuple when nothing of it does. */
function keep(schema: z.core.$ZodType, given: unknown): [value?: unknown] {
  const value = given === undefined && schema instanceof z.ZodPrefault ? schema.def.defaultValue : given;
  const inner = value === undefined ? schema : unwrapped(schema);
  if (inner instanceof z.ZodObject && typeof value === "object" && value !== null && !Array.isArray(value)) {
    const shape: z.core.$ZodShape = inner.shape;
    const members = Object.entries(shape).flatMap(([key, member]) =>
      keep(member, (value as Raw)[key]).map((kept) => [key, kept] as const),
    );
    return [Object.fromEntries(members)];
  }
  // In a list of maps every item keeps its place; any other list is kept whole or not at all.
  if (inner instanceof z.ZodArray && inner.element instanceof z.ZodObject && Array.isArray(value)) {
    const { element } = inner;
    return [value.map((each: unknown) => keep(element, each)[0] ?? {})];
  }
  const result = z.safeParse(schema, value);
  return result.success ? [result.data] : [];
}

/** A schema without its default. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? unwrapped(schema.unwrap()) : schema;
}

/** Where an empty string means itself: a label's value (`node-role.kubernetes.io/x: ""`), a file without content. */
const MAY_BE_EMPTY = new Set(["labels", "content"]);

/** Empty strings are dropped where a key may be missing, at every depth. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(
    ([key, member]) => (member !== "" || MAY_BE_EMPTY.has(key)) && member !== null && member !== undefined,
  );
  return Object.fromEntries(kept.map(([key, member]) => [key, MAY_BE_EMPTY.has(key) ? member : withoutEmpty(member)]));
}

function toProblems(found: z.core.$ZodIssue, input: Raw): Problem[] {
  const given = at(input, found.path);
  const value = isSecret(found.path) ? undefined : given;
  if (found.code === "unrecognized_keys") {
    return found.keys.map((key) => {
      const path = pathText([...found.path, key]);
      const moved = MOVED[path];
      return {
        key: path,
        value: at(value, [key]),
        problem: moved ? "is no longer a key" : "is not a known key",
        remedy: moved ?? suggestion(key, knownKeys(found.path)),
      };
    });
  }
  // What is wrong with a map's key is told of the map, with the key as the value.
  if (found.code === "invalid_key") {
    const [map, wrong] = [found.path.slice(0, -1), found.path.at(-1)];
    return found.issues.map(({ message }) => {
      const [problem = "", remedy = ""] = message.split("\n");
      return { key: pathText(map), value: wrong, problem, remedy };
    });
  }
  const key = pathText(found.path);
  const [problem = "", remedy] = found.message.split("\n");
  if (remedy) return [{ key, value, problem, remedy }];
  const expected = problem.replace(/^Invalid (input|option): /, "").replace(/, received undefined$/, "");
  return [
    {
      key,
      value,
      problem: given === undefined ? "is missing" : "is not valid",
      remedy: `${expected.charAt(0).toUpperCase()}${expected.slice(1)}: see docs/configuration.md.`,
    },
  ];
}

/** The last step's name with its path as a person writes it: `workerPools[0].count`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, i) => (typeof step === "number" ? `[${step}]` : `${i === 0 ? "" : "."}${String(step)}`))
    .join("");
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Raw | undefined)?.[step as string], value);
}

interface Node {
  properties?: Record<string, Node>;
  items?: Node;
  secret?: boolean;
}
let jsonSchema: Node | undefined;
const schemaRoot = () =>
  (jsonSchema ??= z.toJSONSchema(settingsSchema, { io: "input", unrepresentable: "any" }) as Node);

/** Whether no problem may show what is there. */
const isSecret = ([key]: readonly PropertyKey[]) => schemaRoot().properties?.[String(key)]?.secret === true;

/** The keys that may stand at a path, read off the JSON schema of the settings. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  const node = path.reduce<Node | undefined>(
    (inner, step) => (typeof step === "number" ? inner?.items : inner?.properties?.[String(step)]),
    schemaRoot(),
  );
  return Object.keys(node?.properties ?? {});
}

function suggestion(key: string, known: string[]): string {
  const best = closest(key, known);
  const near = distance(key.toLowerCase(), best.toLowerCase()) <= Math.max(2, Math.floor(key.length / 3));
  return near ? `Did you mean ${best}?` : `Remove it, or use one of: ${known.join(", ")}.`;
}

import { GlobalMeta, z } from "zod";
import { settingsSchema } from "./schema";

/** Types as JSON names them; a map is an object whose keys are the operator's. */
export type KeyType = "string" | "integer" | "boolean" | "array" | "object" | "map";

/** One key of the configuration, with all that its schema says of it. Texts are Markdown. */
export interface SettingKey {
  /** As an operator writes it, list items as `[]`: `workerPools[].taints[].effect`. */
  path: string;
  type: KeyType;
  /** The name of a text's form, for example `CIDR`, and how it is written. */
  form?: { name: string; meaning: string } | undefined;
  /** What a list or a map holds. */
  item?: Pick<SettingKey, "type" | "form" | "allowed"> | undefined;
  unit?: string | undefined;
  /** Whether the map that the key stands in is refused without it. */
  required: boolean;
  /** The schema's default in its shortest form; undefined where there is none. */
  default?: unknown;
  /** What stands in for a key without default, or what an empty default means. */
  whenUnset?: string | undefined;
  description: string;
  /** Bounds or values that the schema allows. */
  allowed?: string | undefined;
  /** What the checks beside the schema require. */
  rule?: string | undefined;
  /** Never shown, and taken as a secret of Pulumi's configuration only. */
  secret: boolean;
  /** The keys inside: of a map of fixed keys, or of each item of a list of such maps. */
  keys: SettingKey[];
}

/** A schema as zod writes it in JSON, with the metadata of schema/types.ts: inner metadata is merged into what wraps it. */
interface Node extends GlobalMeta {
  type?: string;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  additionalProperties?: boolean | Node;
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/**
 * The top-level keys of the configuration in the schema's order, each with the keys inside of it.
 * @throws TypeError for a type that is none of `KeyType`
 */
export function settingKeys(schema: z.ZodType = settingsSchema): SettingKey[] {
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;
  return keysOf(root, "");
}

/** A key and all keys inside of it. */
export function withInner(key: SettingKey): SettingKey[] {
  return [key, ...key.keys.flatMap(withInner)];
}

function keysOf(node: Node, prefix: string): SettingKey[] {
  return Object.entries(node.properties ?? {}).map(([name, member]) => {
    const path = `${prefix}${name}`;
    const inner = member.items ?? member;
    return {
      path,
      ...kindOf(member),
      item: itemOf(member),
      unit: member.unit,
      required: node.required?.includes(name) ?? false,
      default: member.default,
      whenUnset: member.whenUnset,
      description: member.description ?? "",
      rule: member.rule,
      secret: member.secret ?? false,
      keys: keysOf(inner, `${path}${member.items ? "[]" : ""}.`),
    };
  });
}

function itemOf({ items, additionalProperties }: Node): SettingKey["item"] {
  const inner = items ?? additionalProperties;
  return typeof inner === "object" ? kindOf(inner) : undefined;
}

function kindOf(node: Node): Pick<SettingKey, "type" | "form" | "allowed"> {
  const form = node.typeName === undefined ? undefined : { name: node.typeName, meaning: node.typeMeaning ?? "" };
  return { type: typeOf(node), form, allowed: allowedBy(node) };
}

function typeOf({ type, additionalProperties, enum: values }: Node): KeyType {
  switch (type) {
    case "number":
      // Literals of whole numbers.
      if (values?.every(Number.isInteger)) return "integer";
      break;
    case "object":
      return typeof additionalProperties === "object" ? "map" : "object";
    case "string":
    case "integer":
    case "boolean":
    case "array":
      return type;
  }
  throw new TypeError(`the settings schema holds a type that is not described: ${String(type)}`);
}

function allowedBy({ const: only, enum: values = [], minimum, maximum }: Node): string | undefined {
  const listed = only === undefined ? values : [only];
  if (listed.length > 0) return listed.map((value) => `\`${String(value)}\``).join(", ");
  // Zod bounds every integer by what a double holds exactly.
  const from = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (from !== undefined && to !== undefined) return `${from} to ${to}`;
  if (from !== undefined) return `${from} or more`;
  return to === undefined ? undefined : `${to} or less`;
}

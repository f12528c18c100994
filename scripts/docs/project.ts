import * as yaml from "yaml";
import { KeyType, SettingKey } from "../../components/settings/keys";
import { firstSentence, plainText } from "./markdown";

/** Types of Pulumi's project file. */
const PULUMI_TYPE: Record<KeyType, string> = {
  string: "string",
  integer: "integer",
  boolean: "boolean",
  array: "array",
  object: "object",
  map: "object",
};

/** Pulumi.yaml's `config`: every top-level key with type, default and meaning. */
export function projectConfig(keys: readonly SettingKey[]): string {
  const config = Object.fromEntries(keys.map((key) => [key.path, declaration(key)]));
  // YAML 1.1 quotes what any reader of YAML might take for a number or a boolean.
  return yaml.stringify({ config }, { lineWidth: 0, version: "1.1" });
}

function declaration(key: SettingKey): Record<string, unknown> {
  return {
    type: PULUMI_TYPE[key.type],
    ...(key.type === "array" && key.item ? { items: { type: PULUMI_TYPE[key.item.type] } } : {}),
    default: defaultOf(key),
    description: plainText(descriptionOf(key)),
  };
}

/**
 * Pulumi asks for a key that has no default, and hands a default to the program as if the operator had written it. So what
 * may be left out is declared as empty text, which the program reads as "not set".
 * @throws TypeError for a key of another type that may be left out and has no default: nothing could stand for that.
 */
function defaultOf({ path, type, default: value }: SettingKey): unknown {
  if (value !== undefined) return value;
  if (type === "string") return "";
  throw new TypeError(`${path}: a top-level ${type} needs a default, since Pulumi.yaml can leave only text unset`);
}

function descriptionOf({ description, default: value, whenUnset, keys }: SettingKey): string {
  const inner = keys.map(({ path }) => path.slice(path.lastIndexOf(".") + 1));
  return [
    firstSentence(description),
    ...(value === undefined && whenUnset ? [`Empty: ${whenUnset}.`] : []),
    ...(inner.length > 0 ? [`Keys: ${inner.join(", ")}.`] : []),
  ].join(" ");
}

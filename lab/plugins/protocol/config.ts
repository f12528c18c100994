import { check, Failure } from "./check";
import { Properties } from "./schema";
import { isUnknown, Props } from "./values";

/** What the engine adds to every provider's configuration. */
const ENGINES_OWN = ["version", "pluginDownloadURL", "__internal"];

/** A provider's configuration as the program means it: the SDKs write everything but strings as JSON. */
export function decodeConfig(keys: Properties, config: Props): Props {
  const decoded = Object.entries(config)
    .filter(([key]) => !ENGINES_OWN.includes(key))
    .map(([key, value]) => {
      const text = !keys[key] || keys[key].type === "string" || typeof value !== "string" || isUnknown(value);
      return [key, text ? value : parsed(value)] as const;
    });
  return Object.fromEntries(decoded);
}

/** Keys that are not implemented, and values of another type than they have. */
export const checkConfig = (keys: Properties, config: Props): Failure[] => check(keys, decodeConfig(keys, config));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

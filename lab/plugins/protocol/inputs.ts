import { sameSet } from "./diff";
import { Properties, Property, Type } from "./schema";
import { isObject, isZero, Props, same } from "./values";

/**
 * The inputs that a program would have to give to get this state, as the real providers' bridge derives them
 * (pulumi-terraform-bridge pkg/tfbridge/schema.go, ExtractInputsFromOutputs). With the old inputs (refresh): those and no others,
 * each with its present value. Without (import): everything that is required, or neither zero nor a default.
 */
export function inputsOf(properties: Properties, state: Props, old?: Props): Props {
  const entries = Object.entries(properties).flatMap(([name, property]): [string, unknown][] => {
    const value = state[name];
    if (old) return name in old && value !== undefined ? [[name, present(property, value, old[name])]] : [];
    const worthSaying = property.required ?? (!isZero(value) && value !== property.default);
    return worthSaying && value !== undefined ? [[name, said(property.type, value)]] : [];
  });
  return Object.fromEntries(entries);
}

function said(type: Type, value: unknown): unknown {
  if (typeof type === "string" || "map" in type) return value;
  if ("object" in type) return isObject(value) ? inputsOf(type.object, value) : value;
  const element = "list" in type ? type.list : type.set;
  return Array.isArray(value) ? value.map((each) => said(element, each)) : value;
}

function present(property: Property, value: unknown, old: unknown): unknown {
  if (property.stateOf) return same(property.stateOf(old), value) ? old : value;
  // What was an empty value and is none at all (or the other way about) has not changed.
  if (isZero(value) && isZero(old)) return old;
  return presentOf(property.type, value, old);
}

function presentOf(type: Type, value: unknown, old: unknown): unknown {
  if (typeof type === "string" || "map" in type) return value;
  if ("object" in type) return isObject(value) && isObject(old) ? inputsOf(type.object, value, old) : value;
  if (!Array.isArray(value) || !Array.isArray(old)) return value;
  if ("set" in type) return sameSet(type.set, value, old) ? old : value.map((each) => said(type.set, each));
  return value.map((each, i) => (i < old.length ? presentOf(type.list, each, old[i]) : said(type.list, each)));
}

import { Properties, Type } from "./schema";
import { isObject, Props, same } from "./values";

/** Inputs as terraform plans them: a set holds nothing twice, however often the program says it. */
export function withDistinctSets(properties: Properties, inputs: Props): Props {
  const entries = Object.entries(inputs).map(([name, value]): [string, unknown] => {
    const type = properties[name]?.type;
    return [name, type ? distinct(type, value) : value];
  });
  return Object.fromEntries(entries);
}

function distinct(type: Type, value: unknown): unknown {
  if (typeof type === "string" || "map" in type) return value;
  if ("object" in type) return isObject(value) ? withDistinctSets(type.object, value) : value;
  if (!Array.isArray(value)) return value;
  if ("list" in type) return value.map((each) => distinct(type.list, each));
  return value
    .map((each) => distinct(type.set, each))
    .filter((each, i, all) => all.findIndex((other) => same(other, each)) === i);
}

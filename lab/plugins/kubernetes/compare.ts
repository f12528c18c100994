import { Change, leaves } from "../protocol/diff";
import { Properties } from "../protocol/schema";
import { isObject, isZero, Path, Props } from "../protocol/values";

/**
 * A live object in the shape of the inputs: the members that these have, the first elements of a list, as many as these have. The
 * rest is others' (provider/util.go, pruneMap and pruneSlice).
 */
export function prune(live: unknown, inputs: unknown): unknown {
  if (isObject(live) && isObject(inputs)) {
    const both = Object.keys(live).filter((key) => key in inputs);
    return Object.fromEntries(both.map((key) => [key, prune(live[key], inputs[key])]));
  }
  if (Array.isArray(live) && Array.isArray(inputs)) {
    return live.slice(0, inputs.length).map((each, i) => prune(each, inputs[i]));
  }
  return live;
}

/** What differs between an object as it is, pruned to what the program said last, and as the program wants it. */
export function objectChanges(
  properties: Properties,
  old: { inputs: Props; state: Props },
  goal: Props,
  replaced: (path: Path) => boolean = () => true,
): Change[] {
  const before = prune(old.state, old.inputs);
  // An empty map or list is none to the API.
  const found = leaves(before, goal, [], false).filter(
    ({ kind, path }) => kind !== "add" || !isZero(valueAt(goal, path)),
  );
  return found.map((change) => ({ ...change, replaces: replacesAt(properties, change.path) && replaced(change.path) }));
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce((at: unknown, part) => (at as Props | undefined)?.[part], value);

/** Whether the table says that a change at this place, or at one around it, replaces the object. */
export function replacesAt(properties: Properties, path: Path): boolean {
  const [name, ...rest] = path;
  const property = properties[String(name)];
  if (!property) return false;
  if (property.change === "replaces") return true;
  const type = property.type;
  return typeof type === "object" && "object" in type && rest.length > 0 && replacesAt(type.object, rest);
}

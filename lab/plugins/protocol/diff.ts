import { PropertyDiff, DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { Properties, Property, Type } from "./schema";
import { formatPath, isContainer, isObject, isUnknown, isZero, Path, Props, same } from "./values";

/** One difference between what there is and what the program wants. */
export interface Change {
  path: Path;
  kind: "add" | "delete" | "update";
  replaces: boolean;
}

/**
 * Compares a resource's state with the program's inputs, as terraform does: what is not said is either the provider's own choice
 * (`computed`), a default, or to be nothing at all. So a change that was made by hand shows once the state has been read.
 */
export function changes(properties: Properties, state: Props, goal: Props, at: Path = [], inherited = false): Change[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const said = goal[name] ?? property.default;
    if (said === undefined && property.computed) return [];
    const replaced = inherited || property.change === "replaces";
    return propertyChanges(property, state[name], said, [...at, name], replaced);
  });
}

function propertyChanges(property: Property, before: unknown, said: unknown, at: Path, replaces: boolean): Change[] {
  if (isUnknown(said)) return [{ path: at, kind: before === undefined ? "add" : "update", replaces }];
  const after = said !== undefined && property.stateOf ? property.stateOf(said) : said;
  if (isZero(before) && isZero(after)) return [];
  if (property.suppress?.(before, after)) return [];
  if (isZero(after)) return [{ path: at, kind: "delete", replaces }];
  if (before === undefined) return [{ path: at, kind: "add", replaces }];
  return typeChanges(property.type, before, after, at, replaces);
}

function typeChanges(type: Type, before: unknown, after: unknown, path: Path, replaces: boolean): Change[] {
  const update: Change = { path, kind: "update", replaces };
  if (isUnknown(after)) return [update];
  if (typeof type === "string")
    return type === "any" ? leaves(before, after, path, replaces) : same(before, after) ? [] : [update];
  if ("object" in type) {
    return isObject(before) && isObject(after) ? changes(type.object, before, after, path, replaces) : [update];
  }
  if ("map" in type) {
    if (!isObject(before) || !isObject(after)) return [update];
    return keyed(
      before,
      after,
      (key, was, is) => typeChanges(type.map, was, is, [...path, key], replaces),
      path,
      replaces,
    );
  }
  if (!Array.isArray(before) || !Array.isArray(after)) return [update];
  if ("set" in type) return sameSet(type.set, before, after) ? [] : [update];
  return keyed(
    before,
    after,
    (key, was, is) => typeChanges(type.list, was, is, [...path, Number(key)], replaces),
    path,
    replaces,
  );
}

/** True when each element of one has an equal in the other, wherever it stands. */
export function sameSet(element: Type, before: readonly unknown[], after: readonly unknown[]): boolean {
  const left = [...before];
  for (const each of after) {
    const match = left.findIndex((other) => typeChanges(element, other, each, [], false).length === 0);
    if (match < 0) return false;
    left.splice(match, 1);
  }
  return left.length === 0;
}

/** Differences of two values about whose members nothing is known. */
export function leaves(before: unknown, after: unknown, path: Path, replaces: boolean): Change[] {
  if (same(before, after)) return [];
  const alike = isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after);
  if (!alike) return [{ path, kind: "update", replaces }];
  const step = (key: string) => (Array.isArray(before) ? Number(key) : key);
  return keyed(before, after, (key, was, is) => leaves(was, is, [...path, step(key)], replaces), path, replaces);
}

function keyed(
  before: object,
  after: object,
  both: (key: string, was: unknown, is: unknown) => Change[],
  at: Path,
  replaces: boolean,
): Change[] {
  const [old, goal] = [before as Props, after as Props];
  return [...new Set([...Object.keys(old), ...Object.keys(goal)])].flatMap((key): Change[] => {
    const path = [...at, Array.isArray(before) ? Number(key) : key];
    if (!(key in goal)) return [{ path, kind: "delete", replaces }];
    if (!(key in old)) return [{ path, kind: "add", replaces }];
    return both(key, old[key], goal[key]);
  });
}

/** The engine's form of the changes. `inputs` says that they are between old and new inputs, and not between state and inputs. */
export function diffResponse(found: readonly Change[], inputs: boolean): DiffResponse {
  const { Kind } = PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  const response = new DiffResponse();
  response.setChanges(found.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDiffsList([...new Set(found.map(({ path }) => String(path[0])))]);
  response.setReplacesList(found.filter(({ replaces }) => replaces).map(({ path }) => formatPath(path)));
  for (const { path, kind, replaces } of found) {
    const entry = new PropertyDiff();
    entry.setKind(kinds[kind][replaces ? 1 : 0]);
    entry.setInputdiff(inputs);
    response.getDetaileddiffMap().set(formatPath(path), entry);
  }
  return response;
}

import { Properties, Property, Type } from "./schema";
import { formatPath, isObject, isUnknown, Path, Props, text } from "./values";

/** A property that cannot be accepted, and why. */
export interface Failure {
  /** Its path as the engine writes it. */
  property: string;
  reason: string;
}

/** Every reason to refuse the inputs: unknown names at any depth, wrong types, missing values. Values not known yet pass. */
export function check(properties: Properties, inputs: Props, at: Path = []): Failure[] {
  const unknown = Object.keys(inputs).filter((name) => !(name in properties));
  const strange = unknown.map((name) => fail([...at, name], "the lab's plugins do not implement this property"));
  const known = Object.entries(properties).flatMap(([name, property]) =>
    checkProperty(property, inputs[name], [...at, name]),
  );
  return [...strange, ...known];
}

const fail = (at: Path, reason: string): Failure => ({ property: formatPath(at), reason });

function checkProperty(property: Property, value: unknown, at: Path): Failure[] {
  if (value === undefined || value === null) return property.required ? [fail(at, "is required")] : [];
  if (isUnknown(value)) return [];
  const failures = checkType(property.type, value, at);
  if (failures.length > 0 || !property.oneOf) return failures;
  const values = Array.isArray(value) ? value.map((each, i) => [each, [...at, i]] as const) : [[value, at] as const];
  return values
    .filter(([each]) => !isUnknown(each) && !property.oneOf!.includes(text(each)))
    .map(([each, path]) =>
      fail(path, `is ${JSON.stringify(each)}; the lab's plugins know ${property.oneOf!.join(", ")}`),
    );
}

function checkType(type: Type, value: unknown, at: Path): Failure[] {
  if (isUnknown(value)) return [];
  switch (type) {
    case "any":
      return [];
    case "string":
    case "boolean":
      return typeof value === type ? [] : [fail(at, `must be a ${type}`)];
    case "integer":
      return Number.isInteger(value) ? [] : [fail(at, "must be an integer")];
  }
  if ("list" in type || "set" in type) {
    if (!Array.isArray(value)) return [fail(at, "must be a list")];
    const element = "list" in type ? type.list : type.set;
    return value.flatMap((each, i) => checkType(element, each, [...at, i]));
  }
  if (!isObject(value)) return [fail(at, "must be an object")];
  if ("object" in type) return check(type.object, value, at);
  return Object.entries(value).flatMap(([key, each]) => checkType(type.map, each, [...at, key]));
}

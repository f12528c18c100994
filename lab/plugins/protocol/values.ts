import { isDeepStrictEqual } from "node:util";
import {
  isRpcSecret,
  specialSecretSig,
  specialSigKey,
  unknownValue,
  unwrapRpcSecret,
} from "@pulumi/pulumi/runtime/rpc";
import { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Props = Record<string, unknown>;
/** Where a value stands in a resource's properties: names of members and numbers of elements. */
export type Path = readonly (string | number)[];

/** What stands for a value that only an update will know. */
export const UNKNOWN = unknownValue;
export const isUnknown = (value: unknown): boolean => value === UNKNOWN;

/** True where anything inside of the value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  return isContainer(value) && Object.values(value).some(hasUnknown);
}

export const isObject = (value: unknown): value is Props =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const isContainer = (value: unknown): value is Props | unknown[] => typeof value === "object" && value !== null;

export const secret = (value: unknown): Props => ({ [specialSigKey]: specialSecretSig, value });

/** A value without the wrappers of secrets, and without members that are null or undefined. */
export function plain(value: unknown): unknown {
  if (isRpcSecret(value)) return plain(unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map((element) => plain(element) ?? null);
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, plain(member)] as const);
  return Object.fromEntries(members.filter(([, member]) => member !== undefined && member !== null));
}

function holdsSecret(value: unknown): boolean {
  return isRpcSecret(value) || (isContainer(value) && Object.values(value).some(holdsSecret));
}

/**
 * `outputs` with a secret wherever `inputs` has one under the same name. A list with a secret in it is one whole: its elements
 * may have moved (pulumi-kubernetes, annotateSecrets).
 */
export function markLike(outputs: Props, inputs: Props): Props {
  const marked = Object.entries(outputs).map(([key, value]) => {
    const input = inputs[key];
    if (isRpcSecret(value) || !holdsSecret(input)) return [key, value] as const;
    return [key, isObject(value) && isObject(input) && !isRpcSecret(input) ? markLike(value, input) : secret(value)];
  });
  return Object.fromEntries(marked) as Props;
}

/** `outputs` with the named ones as secrets. */
export function markSecret(outputs: Props, names: readonly string[]): Props {
  const wrap = (key: string, value: unknown) => (names.includes(key) && !isRpcSecret(value) ? secret(value) : value);
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, wrap(key, value)]));
}

/** A message's properties as they came, secrets in their wrappers. */
export const raw = (struct: Struct | undefined): Props => struct?.toJavaScript() ?? {};

/** Properties for a message. */
export const message = (props: Props): Struct =>
  Struct.fromJavaScript(withoutUndefined(props) as Record<string, JavaScriptValue>);

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => withoutUndefined(element) ?? null);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutUndefined(member)]));
}

/** A path as the engine writes it: `networks[0].port`, `metadata.labels["a.b/c"]`. */
export function formatPath(path: Path): string {
  const step = (at: string, part: string | number) => {
    if (typeof part === "number") return `${at}[${part}]`;
    if (/[."[\]]/.test(part) || part === "") return `${at}[${JSON.stringify(part)}]`;
    return at === "" ? part : `${at}.${part}`;
  };
  return path.reduce<string>(step, "");
}

/** What counts as not set: the zero value of each type, as terraform's SDK and its bridge see it. */
export const isZero = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === 0 ||
  value === false ||
  (isContainer(value) && Object.keys(value).length === 0);

export const same = isDeepStrictEqual;

/** A list that may be missing. */
export const list = <T>(value: unknown): T[] => (value ?? []) as T[];

/** A value as text: itself where it is text. */
export const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A resource of a stack's state, as `pulumi stack export --show-secrets` has it. */
export interface StateResource {
  urn: string;
  type: string;
  custom?: boolean;
  id?: string;
  provider?: string;
  inputs?: Record<string, unknown>;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  additionalSecretOutputs?: string[];
  deletedWith?: string;
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  replacementTrigger?: unknown;
}

/** A resource as a program in one file registers it. Others are named by their place in the record. */
export interface RecordedResource {
  type: string;
  name: string;
  inputs: Record<string, RecordedInput>;
  dependsOn: number[];
  /** The explicit provider of its own, or the version of its package. */
  provider?: number;
  version?: string;
  deletedWith?: number;
  options: Pick<StateResource, "additionalSecretOutputs" | "ignoreChanges" | "replaceOnChanges" | "replacementTrigger">;
}

export interface RecordedInput {
  value: unknown;
  secret: boolean;
  /** What it follows from. */
  from: number[];
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A value of the state without its wrappers, and whether anything of it is a secret. */
export function plainValue(value: unknown): { value: unknown; secret: boolean } {
  if (typeof value !== "object" || value === null) return { value, secret: false };
  const members = value as Record<string, unknown>;
  if (members[SIGNATURE] === SECRET) return { value: JSON.parse(members.plaintext as string) as unknown, secret: true };
  const parts = Object.entries(members).map(([key, member]) => [key, plainValue(member)] as const);
  const secret = parts.some(([, part]) => part.secret);
  const plain = Array.isArray(value)
    ? parts.map(([, part]) => part.value)
    : Object.fromEntries(parts.map(([key, part]) => [key, part.value]));
  return { value: plain, secret };
}

const nameOf = (urn: string) => urn.split("::").at(-1)!;

/** What a program in one file has to register for the same resources: all but components, the stack and default providers. */
export function recordOf(state: readonly StateResource[]): RecordedResource[] {
  const isDefault = ({ type, urn }: StateResource) =>
    type.startsWith("pulumi:providers:") && nameOf(urn).startsWith("default");
  const kept = state.filter((each) => each.custom === true && !isDefault(each));
  const places = new Map(kept.map(({ urn }, i) => [urn, i]));
  const placesOf = (urns: readonly string[] | null | undefined) => (urns ?? []).flatMap((urn) => places.get(urn) ?? []);
  return kept.map((resource) => {
    const { type, urn, inputs = {}, propertyDependencies = {}, dependencies, provider, deletedWith } = resource;
    const ofInputs = Object.entries(inputs).map(([key, value]): [string, RecordedInput] => [
      key,
      { ...plainValue(value), from: placesOf(propertyDependencies[key]) },
    ]);
    const known = new Set(ofInputs.flatMap(([, { from }]) => from));
    const explicit = places.get(provider?.replace(/::[^:]*$/, "") ?? "");
    const version = /::default_(\d[\w_]*)::/.exec(provider ?? "")?.[1]?.replaceAll("_", ".");
    const { additionalSecretOutputs, ignoreChanges, replaceOnChanges, replacementTrigger } = resource;
    return {
      type,
      name: nameOf(urn),
      inputs: Object.fromEntries(ofInputs),
      dependsOn: placesOf(dependencies).filter((place) => !known.has(place)),
      ...(explicit === undefined ? {} : { provider: explicit }),
      ...(version === undefined ? {} : { version }),
      ...(deletedWith === undefined ? {} : { deletedWith: places.get(deletedWith)! }),
      options: { additionalSecretOutputs, ignoreChanges, replaceOnChanges, replacementTrigger },
    };
  });
}

/** Texts that occur more than once stand in it once: a program has them so. */
export interface Packed {
  texts: string[];
  resources: unknown;
}

const LONG = 100;

export function packedRecord(resources: readonly RecordedResource[]): Packed {
  const places = new Map<string, number>();
  const packed = (value: unknown): unknown => {
    if (typeof value === "string" && value.length > LONG) {
      if (!places.has(value)) places.set(value, places.size);
      return { text: places.get(value) };
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(packed);
    return { of: Object.fromEntries(Object.entries(value).map(([key, member]) => [key, packed(member)])) };
  };
  const all = packed(resources);
  return { texts: [...places.keys()], resources: all };
}

export function unpackedRecord({ texts, resources }: Packed): RecordedResource[] {
  const unpacked = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(unpacked);
    const { text, of } = value as { text?: number; of?: object };
    if (text !== undefined) return texts[text];
    return Object.fromEntries(Object.entries(of!).map(([key, member]) => [key, unpacked(member)]));
  };
  return unpacked(resources) as RecordedResource[];
}

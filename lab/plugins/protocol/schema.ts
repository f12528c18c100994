/** What a property holds. A `set` is a list whose order says nothing. */
export type Type =
  "string" | "boolean" | "integer" | "any" | { list: Type } | { set: Type } | { map: Type } | { object: Properties };

/** One property that a plugin implements, with what is known of it and why. */
export interface Property {
  type: Type;
  /** Refused without it. */
  required?: true;
  /** Whether another value replaces the resource, or changes it in place. */
  change: "replaces" | "updates";
  /** Why we know: file and field of the real provider. */
  source: string;
  /** Not said, it stays whatever the provider or the cloud has chosen. */
  computed?: true;
  /** What counts when it is not said. */
  default?: string | number | boolean;
  /** Kept and shown as a secret. */
  secret?: true;
  /** The only values that are accepted. */
  oneOf?: readonly string[];
  /** What the state keeps in the value's place. */
  stateOf?: (value: unknown) => unknown;
  /** Says that a difference between state and goal is none. */
  suppress?: (state: unknown, goal: unknown) => boolean;
}

export type Properties = Readonly<Record<string, Property>>;

/** A whole property's facts without its type, for tables: `{ type: "string", ...replaces("…") }`. */
export const replaces = (source: string) => ({ change: "replaces", source }) as const;
export const updates = (source: string) => ({ change: "updates", source }) as const;

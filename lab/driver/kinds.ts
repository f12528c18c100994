import * as pulumi from "@pulumi/pulumi";
import { Props } from "./state";

/** What a resource is once it is there. */
export interface Made {
  id: string;
  outputs: Props;
}

/** How the driver makes, finds and removes one type of resource: the part of a Pulumi provider that the lab needs. */
export interface Kind {
  /** What this type's provider finds under the resource's name (or other identity), if an interrupted run left it there. */
  find?: (inputs: Props) => Promise<Made | undefined>;
  /** Called in every run, before anything else. */
  seen?: (inputs: Props) => void;
  create: (inputs: Props) => Promise<Made>;
  /** Whether the resource is still there; without it, it is taken to be. */
  exists?: (id: string) => Promise<boolean>;
  /** Inputs that can change in place; any other change replaces. */
  updatable?: readonly string[];
  update?: (id: string, inputs: Props, before: Props) => Promise<Props>;
  /** Whether the world differs from the inputs although these did not change. */
  drifted?: (id: string, before: Props, inputs: Props) => Promise<boolean>;
  remove?: (id: string, before: Props) => Promise<void>;
}

/** A value without the wrappers that mark secrets, at every depth. */
export function unwrapped(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return unwrapped(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(unwrapped);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unwrapped(member)]));
}

/** Inputs without what is not set, so that two runs compare alike. */
export const compact = (props: Props): Props =>
  Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined && value !== null));

import type { EngineEvent } from "@pulumi/pulumi/automation";
import { labelOf, nameOf } from "./deployment";

/** What an operation did to the resources of a stack, each as `Instance dev-worker-0`; components, the stack itself and default providers are left out. */
export interface Changes {
  created: string[];
  updated: string[];
  replaced: string[];
  deleted: string[];
  /** How many stayed as they were. */
  unchanged: number;
}

/** The engine's steps by the list that they belong to. A replacement is reported by its parts, too: those are left out. */
const LISTS: Partial<Record<string, Exclude<keyof Changes, "unchanged">>> = {
  create: "created",
  import: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** Reads an operation's events, as `--event-log` writes them. A step counts once it is done. */
export function changesOf(events: readonly EngineEvent[]): Changes {
  const changes: Changes = { created: [], updated: [], replaced: [], deleted: [], unchanged: 0 };
  for (const { resOutputsEvent, resourcePreEvent } of events) {
    // A replacement has no outputs of its own: it is announced, and its parts are done.
    const replaced = resourcePreEvent?.metadata.op === "replace" ? resourcePreEvent.metadata : undefined;
    const metadata = replaced ?? resOutputsEvent?.metadata;
    if (!metadata || !(metadata.new ?? metadata.old)?.custom || isEnginesOwn(metadata)) continue;
    const list = LISTS[metadata.op];
    if (metadata.op === "same") changes.unchanged++;
    else if (list && !changes[list].includes(labelOf(metadata))) changes[list].push(labelOf(metadata));
  }
  return changes;
}

/** Default providers come and go with the packages that a program uses, and change with the stack's configuration. */
const isEnginesOwn = ({ type, urn }: { type: string; urn: string }) =>
  type.startsWith("pulumi:providers:") && nameOf(urn).startsWith("default");

/** An event log's text: a JSON object a line. */
export const parseEvents = (text: string): EngineEvent[] =>
  text.split("\n").flatMap((line) => (line.trim() ? [JSON.parse(line) as EngineEvent] : []));

import * as fs from "node:fs";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { parseEvents } from "../../../cli/engine/changes";
import { labelOf } from "../../../cli/engine/deployment";
import { eventLog } from "../../../cli/engine/stack";
import { STACK } from "../stack";

/** The engine's parts of a replacement, and its other steps, as people call them. */
const WORDS: Partial<Record<string, string>> = {
  create: "made",
  "create-replacement": "made",
  update: "updated",
  delete: "deleted",
  "delete-replaced": "deleted",
};

/** What an operation did and has finished, in its order: `deleted Instance dev-worker-0`. Of a replacement, its two parts. */
export const stepsOf = (events: readonly EngineEvent[]): string[] =>
  events.flatMap(({ resOutputsEvent }) => {
    const metadata = resOutputsEvent?.metadata;
    const word = metadata && WORDS[metadata.op];
    return word && (metadata.new ?? metadata.old)?.custom ? [`${word} ${labelOf(metadata)}`] : [];
  });

/** What happens to a node in its turn. */
export const turn = (node: string): string[] => [
  `deleted Command ${node}-in-service`,
  `deleted Instance ${node}`,
  `made Instance ${node}`,
  `made Command ${node}-in-service`,
];

const IN_SERVICE = /^Command (.*)-in-service$/;

/** By node, how long its turn took in whole seconds: from the end of its time in service to the beginning of the next one. */
export function secondsOf(events: readonly EngineEvent[]): Record<string, number> {
  const begun = new Map<string, number>();
  const took: Record<string, number> = {};
  for (const { timestamp, resourcePreEvent, resOutputsEvent } of events) {
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    const [, node] = (metadata && IN_SERVICE.exec(labelOf(metadata))) ?? [];
    if (!metadata || node === undefined) continue;
    if (resourcePreEvent && metadata.op === "delete-replaced") begun.set(node, timestamp);
    const from = begun.get(node);
    if (resOutputsEvent && metadata.op === "create-replacement" && from !== undefined) took[node] = timestamp - from;
  }
  return took;
}

const lastEvents = () => parseEvents(fs.readFileSync(eventLog(STACK), "utf8"));

/** The same of the last operation. */
export const lastSteps = (): string[] => stepsOf(lastEvents());
export const lastSeconds = (): Record<string, number> => secondsOf(lastEvents());

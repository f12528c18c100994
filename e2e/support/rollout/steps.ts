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

/** The same of the last operation. */
export const lastSteps = (): string[] => stepsOf(parseEvents(fs.readFileSync(eventLog(STACK), "utf8")));

import * as pulumi from "@pulumi/pulumi";

/** What Node.js has unless it is told otherwise (`--stack-trace-limit`). */
const NODES_OWN = 10;
/** The SDK's function that begins a promise. */
const BEGINS = "debuggablePromise";

/**
 * Leaves out what Pulumi's SDK keeps and sends of each resource for whoever looks for a mistake in a program:
 * - Errors name the one place where they were thrown, and not the ten calls before it; promises none. The SDK keeps a stack's text with every promise that it
 *   begins, in case one never ends (@pulumi/pulumi, runtime/debuggable.ts): some sixty for each resource. Looking up where each frame is in TypeScript was half of the
 *   time that registering a cluster took, and the texts a fifth of the memory.
 * - No debug messages. The SDK sends the engine three for each resource, one after the other, whether anybody wants them or not; the last is the whole
 *   resource once more, as text (runtime/resource.ts, pulumi/pulumi#7146). They were three tenths of the rest of that time.
 *
 * `NODE_OPTIONS=--stack-trace-limit=50` has all of it: a limit that somebody has set stays.
 */
export function fewDiagnostics(): void {
  if (Error.stackTraceLimit !== NODES_OWN) return;
  Error.stackTraceLimit = 1;
  // The SDK's own modules call it by this very object.
  Object.assign(pulumi.log, { debug: () => Promise.resolve() });
  // Not there in a context of its own, where Jest runs its tests; whatever the types say.
  const text = Error.prepareStackTrace?.bind(Error);
  if (!text) return;
  Error.prepareStackTrace = (error, frames): unknown =>
    frames[0]?.getFunctionName() === BEGINS ? "" : text(error, frames);
}

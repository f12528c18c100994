/** What Node.js has unless it is told otherwise (`--stack-trace-limit`). */
const NODES_OWN = 10;
/** The SDK's function that begins a promise. */
const BEGINS = "debuggablePromise";

/**
 * Has errors name the one place where they were thrown, and not the ten calls before it; and promises none. The SDK keeps a stack's text with every
 * promise that it begins, in case one never ends (@pulumi/pulumi, runtime/debuggable.ts): some sixty for each resource. Looking up where each frame is
 * in TypeScript was half of the time that registering a cluster took, and the texts a fifth of the memory.
 *
 * For more, `NODE_OPTIONS=--stack-trace-limit=50`: a limit that somebody has set stays, and promises have their stacks.
 */
export function shortStacks(): void {
  if (Error.stackTraceLimit !== NODES_OWN) return;
  Error.stackTraceLimit = 1;
  // Not there in a context of its own, where Jest runs its tests; whatever the types say.
  const text = Error.prepareStackTrace?.bind(Error);
  if (!text) return;
  Error.prepareStackTrace = (error, frames): unknown =>
    frames[0]?.getFunctionName() === BEGINS ? "" : text(error, frames);
}

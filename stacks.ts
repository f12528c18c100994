/** What Node.js has unless it is told otherwise (`--stack-trace-limit`). */
const NODES_OWN = 10;

/**
 * Has errors name the one place where they were thrown, and not the ten calls before it. The SDK keeps a stack's text with every promise that it
 * begins, in case one never ends (@pulumi/pulumi, runtime/debuggable.ts): some ten for each resource. Looking up where each frame is in TypeScript was
 * half of the time that registering a cluster took.
 *
 * For more, `NODE_OPTIONS=--stack-trace-limit=50`: a limit that somebody has set stays.
 */
export function shortStacks(): void {
  if (Error.stackTraceLimit === NODES_OWN) Error.stackTraceLimit = 1;
}

import * as pulumi from "@pulumi/pulumi";
import { fewDiagnostics } from "../diagnostics";

/** As the SDK has it: the one that tests have keeps nothing. */
const { debuggablePromise } = jest.requireActual<{ debuggablePromise: (promise: unknown, text: string) => unknown }>(
  "@pulumi/pulumi/runtime/debuggable",
);

const { stackTraceLimit } = Error;
const { debug } = pulumi.log;
/** Looks frames up, as ts-node does. */
const lookUp = jest.fn((error: Error, frames: NodeJS.CallSite[]) =>
  [String(error), ...frames.map(String)].join("\n    at "),
);
beforeEach(() => {
  lookUp.mockClear();
  Error.stackTraceLimit = 10;
  Error.prepareStackTrace = lookUp;
});
afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit;
  Object.assign(pulumi.log, { debug });
  delete (Error as Partial<ErrorConstructor>).prepareStackTrace;
});

/** Somewhere within calls. */
function thrower(): never {
  throw new Error("what is wrong, and the way out");
}
function stackOf(call: () => void): string[] {
  try {
    call();
  } catch (error) {
    return (error as Error).stack!.split("\n");
  }
  throw new Error("nothing was thrown");
}

/** What the SDK keeps with a promise that it begins. */
function keptStack(): string {
  const promise = Promise.resolve() as Promise<void> & { _debugStackTrace: string };
  void debuggablePromise(promise, "a promise");
  return promise._debugStackTrace;
}

it("leaves an error its message and the place where it was thrown", () => {
  expect(stackOf(thrower).length).toBeGreaterThan(2);
  fewDiagnostics();
  expect(stackOf(thrower)).toEqual([
    "Error: what is wrong, and the way out",
    expect.stringMatching(/at thrower \(.*diagnostics\.test\.ts:\d+:\d+\)$/),
  ]);
});

it("has the SDK keep no stack with a promise, nor anybody look one up", () => {
  expect(keptStack()).toMatch(/debuggablePromise/);
  lookUp.mockClear();
  fewDiagnostics();
  expect(keptStack()).toBe("");
  expect(lookUp).not.toHaveBeenCalled();
});

it("does without one who looks up", () => {
  delete (Error as Partial<ErrorConstructor>).prepareStackTrace;
  fewDiagnostics();
  expect(stackOf(thrower)).toHaveLength(2);
});

it("has the SDK send no debug messages, and all others", () => {
  const { info, warn, error } = pulumi.log;
  fewDiagnostics();
  // What the SDK's own modules call.
  const own = jest.requireActual<typeof pulumi.log>("@pulumi/pulumi/log");
  expect(own.debug).not.toBe(debug);
  expect([own.info, own.warn, own.error]).toEqual([info, warn, error]);
});

it("leaves a limit that somebody has set, promises their stacks, and debug messages", () => {
  Error.stackTraceLimit = 50;
  fewDiagnostics();
  expect(Error.stackTraceLimit).toBe(50);
  expect(keptStack().split("\n").length).toBeGreaterThan(2);
  expect(pulumi.log.debug).toBe(debug);
});

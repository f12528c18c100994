import { shortStacks } from "../stacks";

/** As the SDK has it: the one that tests have keeps nothing. */
const { debuggablePromise } = jest.requireActual<{ debuggablePromise: (promise: unknown, text: string) => unknown }>(
  "@pulumi/pulumi/runtime/debuggable",
);

const { stackTraceLimit } = Error;
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
  shortStacks();
  expect(stackOf(thrower)).toEqual([
    "Error: what is wrong, and the way out",
    expect.stringMatching(/at thrower \(.*stacks\.test\.ts:\d+:\d+\)$/),
  ]);
});

it("has the SDK keep no stack with a promise, nor anybody look one up", () => {
  expect(keptStack()).toMatch(/debuggablePromise/);
  lookUp.mockClear();
  shortStacks();
  expect(keptStack()).toBe("");
  expect(lookUp).not.toHaveBeenCalled();
});

it("does without one who looks up", () => {
  delete (Error as Partial<ErrorConstructor>).prepareStackTrace;
  shortStacks();
  expect(stackOf(thrower)).toHaveLength(2);
});

it("leaves a limit that somebody has set, and promises their stacks", () => {
  Error.stackTraceLimit = 50;
  shortStacks();
  expect(Error.stackTraceLimit).toBe(50);
  expect(keptStack().split("\n").length).toBeGreaterThan(2);
});

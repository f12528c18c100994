import { shortStacks } from "../stacks";

const before = Error.stackTraceLimit;
afterEach(() => void (Error.stackTraceLimit = before));

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

it("leaves an error its message and the place where it was thrown", () => {
  Error.stackTraceLimit = 10;
  expect(stackOf(thrower).length).toBeGreaterThan(2);
  shortStacks();
  expect(stackOf(thrower)).toEqual([
    "Error: what is wrong, and the way out",
    expect.stringMatching(/at thrower \(.*stacks\.test\.ts:\d+:\d+\)$/),
  ]);
});

it("leaves a limit that somebody has set", () => {
  Error.stackTraceLimit = 50;
  shortStacks();
  expect(Error.stackTraceLimit).toBe(50);
});

import * as pulumi from "@pulumi/pulumi";
import { inTime } from "../../components/objects/inTime";

const THEN = {} as pulumi.Resource;
/** A resource, and how it comes to be made. */
function resource() {
  let made!: () => void;
  const urn = pulumi.output(new Promise<string>((resolve) => (made = () => resolve("urn"))));
  return { resource: { urn } as pulumi.Resource, made };
}
/** What has come of a promise so far. */
const soFar = (promise: Promise<unknown>) =>
  Promise.race([promise, new Promise((resolve) => setImmediate(() => setImmediate(resolve, "not yet")))]);

beforeEach(() => jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] }));
afterEach(() => jest.useRealTimers());

it("waits for what is before, and then for what is first", async () => {
  const [before, first] = [resource(), resource()];
  const then = inTime(Promise.resolve([before.resource]), first.resource, THEN, 1_000);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(await soFar(then)).toBe("not yet");
  before.made();
  await jest.advanceTimersByTimeAsync(999);
  expect(await soFar(then)).toBe("not yet");
  first.made();
  expect(await then).toBe(THEN);
  expect(jest.getTimerCount()).toBe(0);
});

it("waits for that no longer than it should", async () => {
  const then = inTime(Promise.resolve([]), resource().resource, THEN, 1_000);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(await then).toBe(THEN);
});

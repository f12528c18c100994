import * as pulumi from "@pulumi/pulumi";
import { fromGiven } from "../components/given";
import { promiseOf, startMocks } from "./mocks";

beforeAll(() => startMocks());

it.each([[""], [0], [null], [[]], [{ a: { b: [1, "x"] } }]])("follows from %j, which is whole", async (value) => {
  expect(await promiseOf(fromGiven(pulumi.output<unknown>(value), (given) => JSON.stringify(given)))).toBe(
    JSON.stringify(value),
  );
});

it.each([[undefined], [["x", undefined]], [{ a: { b: undefined } }]])("does not follow from %j", async (value) => {
  const follow = jest.fn();
  expect(await promiseOf(fromGiven(pulumi.output<unknown>(value), follow))).toBeUndefined();
  expect(await promiseOf(fromGiven(pulumi.output<unknown>(value), follow, []))).toEqual([]);
  expect(follow).not.toHaveBeenCalled();
});

it("waits for what follows, and keeps a secret", async () => {
  const later = fromGiven(pulumi.secret("key"), (key) => Promise.resolve(`${key}!`));
  expect(await promiseOf(later)).toBe("key!");
  expect(await pulumi.isSecret(later)).toBe(true);
});

import * as pulumi from "@pulumi/pulumi";
import { Turns } from "../../../components/machines/rollout/turns";
import { startMocks } from "../../mocks";

/** Workers of one pool, of which these exist. What is made, is made by hand. */
async function order(existing: string[] | undefined, { preview = false, maxUnavailable = 1 } = {}) {
  await startMocks();
  jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(preview);
  const names = ["a", "b", "c"];
  const ask = jest.fn(() => Promise.resolve(existing && new Set(existing)));
  const turns = new Turns(
    [
      { names, maxUnavailable },
      { names: ["z"], maxUnavailable },
    ],
    ask,
  );
  const routes = new pulumi.ComponentResource("test:index:Routes", "routes");
  const begun: string[] = [];
  for (const name of [...names, "z"])
    void Promise.resolve(turns.of(name, routes) as Promise<pulumi.Resource>).then((resource) => {
      expect(resource).toBe(routes);
      begun.push(name);
    });
  const finish = new Map<string, () => void>();
  const byHand = (name: string) => {
    const urn = pulumi.output(new Promise<string>((resolve) => finish.set(name, () => resolve(`urn:${name}`))));
    return { urn } as unknown as pulumi.Resource;
  };
  const [first, ...inService] = ["first", ...names, "z"].map((name): [string, pulumi.Resource] => [name, byHand(name)]);
  const follow = () => turns.follow({ first: first![1], inService: new Map(inService) });
  const after = async (step: () => void) => {
    step();
    await new Promise((resolve) => setTimeout(resolve, 10));
    return [...begun].sort().join("");
  };
  return { ask, follow, after, done: (name: string) => after(finish.get(name)!) };
}
afterEach(() => jest.restoreAllMocks());

it("lets everything of a new cluster begin at once, before anything else is registered", async () => {
  const { after } = await order([]);
  expect(await after(() => undefined)).toBe("abcz");
});

it("goes from one that exists to the next when that is in service, in each pool by itself", async () => {
  const { after, follow, done, ask } = await order(["a", "b", "c", "z"]);
  expect(await after(() => undefined)).toBe("");
  expect(await after(follow)).toBe("");
  expect(await done("first")).toBe("az");
  expect(await done("a")).toBe("abz");
  expect(await done("b")).toBe("abcz");
  expect(ask).toHaveBeenCalledTimes(1);
});

it("makes what is missing first, and touches none of the others before that is in service", async () => {
  const { after, follow, done } = await order(["a", "c", "z"]);
  expect(await after(follow)).toBe("b");
  expect(await done("first")).toBe("bz");
  expect(await done("b")).toBe("abz");
  expect(await done("a")).toBe("abcz");
});

it("takes as many at a time as may be away", async () => {
  const { after, follow, done } = await order(["a", "b", "c", "z"], { maxUnavailable: 2 });
  await after(follow);
  expect(await done("first")).toBe("abz");
  expect(await done("b")).toBe("abz");
  expect(await done("a")).toBe("abcz");
});

it("takes all for there, where it cannot be known", async () => {
  const { after, follow, done } = await order(undefined);
  await after(follow);
  expect(await done("first")).toBe("az");
});

it("neither waits nor asks at a preview", async () => {
  const { after, ask } = await order(["a", "b", "c"], { preview: true });
  expect(await after(() => undefined)).toBe("abcz");
  expect(ask).not.toHaveBeenCalled();
});

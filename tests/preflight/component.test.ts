import * as pulumi from "@pulumi/pulumi";
import { Preflight } from "../../components/preflight";
import { CloudReader, readCloud } from "../../components/preflight/cloud";
import { needsOf } from "../../components/preflight/needs";
import { Raw, specOf } from "../fixtures";
import { allRegistered, startMocks } from "../mocks";
import { fakeClock } from "../openstack/fakeClock";
import { cloud } from "./cloud";
import { StandIn } from "./standIn";

let warnings: string[];
beforeEach(() => {
  warnings = [];
  jest.spyOn(pulumi.log, "warn").mockImplementation((message) => Promise.resolve(void warnings.push(message)));
});
afterEach(() => jest.restoreAllMocks());

/** What the resource's `check` is told. */
async function told(raw: Raw, answer: CloudReader): Promise<unknown> {
  const mocks = await startMocks();
  new Preflight("dev", specOf(raw), answer);
  await allRegistered();
  const { __provider, ...inputs } = mocks.resources.find(({ name }) => name === "dev")!.inputs;
  expect(__provider).toBe("serialised");
  return inputs;
}
const answers =
  (facts = cloud(), unread: string[] = []): CloudReader =>
  () =>
    Promise.resolve({ facts, unread });

it("lets a plan through that fits", async () => {
  expect(await told({}, answers())).toEqual({});
  expect(warnings).toEqual([]);
});

it("refuses one that does not, with everything that is wrong", async () => {
  const raw: Raw = { controlPlane: { flavor: "m1.medum" }, workerPools: [{ name: "worker", count: 15 }] };
  const reason = expect.stringMatching(
    /^The plan and the cloud do not fit together: 4 problems; nothing was touched:\n\nhostroute:controlPlane.flavor m1.medum is not a flavor[^]*\n\nhostroute:preflight false turns these checks off\.$/,
  ) as string;
  expect(await told(raw, answers())).toEqual({ reason });
});

it("counts one problem in words", async () => {
  const { reason } = (await told({ controlPlane: { flavor: "m1.medum" } }, answers())) as { reason: string };
  expect(reason).toContain("do not fit together: 1 problem; nothing");
});

it("warns of what could not be read, and of what may go well all the same", async () => {
  const facts = cloud();
  facts.extensions = facts.extensions!.filter((alias) => alias !== "revision-if-match");
  expect(await told({}, answers(facts, ["flavors: refused", "images: refused"]))).toEqual({});
  expect(warnings).toEqual([
    expect.stringMatching(/^hostroute:network needs Neutron's extension revision-if-match/),
    "Not everything was checked before the update:\n  flavors: refused\n  images: refused",
  ]);
});

it("refuses nothing where nobody is asked", async () => {
  expect(await told({ controlPlane: { flavor: "none" } }, () => Promise.resolve(undefined))).toEqual({});
});

describe("the cloud", () => {
  const standIn = new StandIn();
  beforeAll(() => standIn.start());
  afterAll(() => standIn.stop());
  beforeEach(() => {
    fakeClock();
    standIn.reset();
  });
  const config = (key: string) => ({ authUrl: standIn.url, userName: "demo", password: "secret", region: "one" })[key];
  const needs = needsOf(specOf());
  /** As the engine runs a program. */
  const asEngine = () =>
    pulumi.runtime.setMocks(
      { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
      "hostroute",
      "dev",
      false,
      "operator",
    );

  it("is asked by a program that the engine runs", async () => {
    await asEngine();
    const answer = await readCloud(needs, config);
    expect(answer?.unread).toEqual([]);
    expect(answer?.facts.flavors).toHaveLength(1);
  });

  it("is not asked in unit tests", async () => {
    await startMocks();
    expect(await readCloud(needs, config)).toBeUndefined();
    expect(standIn.asked).toEqual([]);
  });

  it("may refuse to be asked for anything: that is a warning, in its words", async () => {
    await asEngine();
    const nobody = (key: string) => (key === "authUrl" ? `${standIn.url}/nothing` : config(key));
    expect(await readCloud(needs, nobody)).toEqual({
      facts: { quotas: {}, made: {} },
      unread: [expect.stringMatching(/^anything: .*\/auth\/tokens answered 404/)],
    });
    expect(await readCloud(needs, () => undefined)).toMatchObject({
      unread: [expect.stringMatching(/^anything: No OpenStack cloud/)],
    });
  });
});

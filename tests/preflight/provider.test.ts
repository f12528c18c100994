import { Needs, needsOf } from "../../components/preflight/needs";
import { PreflightProvider } from "../../components/preflight/provider";
import { Raw, specOf } from "../fixtures";
import { fakeClock } from "../openstack/fakeClock";
import { StandIn } from "./standIn";

const cloud = new StandIn();
let provider: PreflightProvider;
beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(async () => {
  fakeClock();
  cloud.reset();
  const aliases = [
    "port-security",
    "allowed-address-pairs",
    "security-group",
    "standard-attr-tag",
    "revision-if-match",
  ];
  cloud.replies.set("network /v2.0/extensions", { extensions: aliases.map((alias) => ({ alias })) });
  provider = new PreflightProvider();
  const config: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "secret", region: "one" };
  const get = (key: string) => config[key.replace(/^openstack:/, "")];
  await provider.configure({ config: { get, require: (key) => get(key) ?? "" } });
});

const needs = (raw: Raw = {}): { needs: Needs } => ({ needs: needsOf(specOf(raw)) });

it("lets a plan through that fits, and keeps nothing of it", async () => {
  expect(await provider.check({}, needs())).toEqual({ inputs: { warnings: [] } });
});

it("refuses one that does not, with everything that is wrong", async () => {
  const { failures } = await provider.check(
    {},
    needs({ controlPlane: { flavor: "m1.medum" }, workerPools: [{ name: "worker", count: 15 }] }),
  );
  expect(failures).toEqual([
    {
      property: "",
      reason: expect.stringMatching(
        /^The plan and the cloud do not fit together: 4 problems; nothing was touched:\n\nhostroute:controlPlane.flavor m1.medum is not a flavor[^]*\n\nhostroute:preflight false turns these checks off\.$/,
      ) as string,
    },
  ]);
});

it("warns of what it could not read, and lets the plan through", async () => {
  cloud.replies.set("compute /limits", 403);
  const { inputs, failures } = await provider.check({ warnings: [] }, needs());
  expect(failures).toBeUndefined();
  expect(inputs).toEqual({
    warnings: [
      'Not everything was checked before the update:\n  Nova\'s quotas: Nova answered 403: {"message":"refused with 403"}',
    ],
  });
});

it("fails in Keystone's words where nobody can log in", async () => {
  cloud.absent.clear();
  const nobody = new PreflightProvider();
  const config: Record<string, string> = { authUrl: `${cloud.url}/nothing`, userName: "demo", password: "secret" };
  const get = (key: string) => config[key.replace(/^openstack:/, "")];
  await nobody.configure({ config: { get, require: (key) => get(key) ?? "" } });
  await expect(nobody.check({}, needs())).rejects.toThrow(/auth\/tokens answered 404/);
});

it("changes when there is something else to say", async () => {
  const [none, some] = [{ warnings: [] }, { warnings: ["a quota could not be read"] }];
  expect(await provider.diff("preflight", none, none)).toEqual({ changes: false });
  expect(await provider.diff("preflight", none, some)).toEqual({ changes: true });
  expect(await provider.diff("preflight", some, none)).toEqual({ changes: true });
  const sent = { ...some, __provider: "its text" };
  expect(await provider.create(sent)).toEqual({ id: "preflight", outs: some });
  expect(await provider.update("preflight", none, sent)).toEqual({ outs: some });
});

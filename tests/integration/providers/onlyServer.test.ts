import { OnlyServerProvider } from "../../../components/machines/onlyServer/provider";
import { cloudHost } from "./cloudHost";

const NODE = "dev-control-plane-0";
const SUBJECTS = {
  ...{ image: "1", sshPublicKey: "2", availabilityZones: "3" },
  ...{ programs: "4", flags: "5", extraFiles: "6", otherFiles: "7" },
};
const OTHER = { ...SUBJECTS, extraFiles: "6b" };
const args = { node: NODE, wanted: SUBJECTS, alone: true, keep: false, handsOver: false };
const NOBODY = { last: "", handOver: "", handOvers: 0 };
const noted = { made: SUBJECTS, next: SUBJECTS, ...NOBODY };
const server = (id: string, name = NODE) => ({ id, name, status: "ACTIVE" });

const { cloud, host } = cloudHost("components/machines/onlyServer/provider.ts", "OnlyServerProvider");

it("asks nobody for a new stack: whoever has the server's name is a stranger", async () => {
  cloud.servers = [server("stranger")];
  expect(await host().check(undefined, args)).toEqual({ inputs: noted, reasons: [] });
  expect(cloud.requests).toEqual([]);
});

it("knows the server by Nova's id, and refuses in the engine's own process", async () => {
  cloud.servers = [server("s0"), server("x", `${NODE}0`)];
  const first = await host().check(noted, args);
  expect(first).toEqual({ inputs: { ...noted, server: "s0", last: "s0" }, reasons: [] });
  const { reasons } = await host().check(first.inputs, { ...args, wanted: OTHER });
  expect(reasons).toEqual([expect.stringContaining("hostroute:controlPlane.extraFiles")]);
  const kept = await host().check(first.inputs, { ...args, wanted: OTHER, keep: true });
  expect(kept).toEqual({ inputs: { ...noted, next: OTHER, server: "s0", last: "s0" }, reasons: [] });
});

it("is an update in place when something changes, and none for what became of the last one", async () => {
  const provider = new OnlyServerProvider();
  // The engine takes no undefined, and a preview takes what is left out for unknown.
  const made = await provider.create({ made: SUBJECTS, next: SUBJECTS, server: undefined });
  expect(made).toStrictEqual({ id: "only-server", outs: noted });
  expect(await provider.diff("only-server", { made: SUBJECTS, next: SUBJECTS }, noted)).toEqual({ changes: true });
  const after = { ...noted, next: OTHER, server: "s1" };
  for (const same of [
    { ...noted, server: "s0" },
    { ...noted, made: OTHER },
  ])
    expect(await provider.diff("only-server", noted, same)).toEqual({ changes: false });
  expect(await provider.diff("only-server", noted, after)).toEqual({ changes: true });
  expect(await provider.update("only-server", noted, after)).toEqual({ outs: after });
});

it("counts each word for a hand-over as a change, and knows who has run", async () => {
  cloud.servers = [{ ...server("s0"), "OS-SRV-USG:launched_at": "2026-11-29T00:00:00" }];
  const before = { ...noted, server: "s0", last: "s0" };
  const asked = await host().check(before, { ...args, wanted: OTHER, handsOver: true });
  expect(asked).toEqual({ inputs: { ...before, next: OTHER, handOver: "s0", handOvers: 1 }, reasons: [] });
  const again = { ...before, next: OTHER, handOver: "s0", handOvers: 2 };
  expect(await new OnlyServerProvider().diff("only-server", asked.inputs as never, again)).toEqual({ changes: true });
  cloud.servers = [{ ...server("s1"), "OS-SRV-USG:launched_at": null }];
  const { inputs } = await host().check(again, { ...args, wanted: OTHER, handsOver: true });
  expect(inputs).toEqual({ made: OTHER, next: OTHER, server: "s1", last: "s0", handOver: "", handOvers: 2 });
});

it("takes a word back whose server is gone with none in its place: nobody could answer it", async () => {
  cloud.servers = [];
  const asked = { ...noted, server: "s0", last: "s0", handOver: "s0", handOvers: 1 };
  const { inputs } = await host().check(asked, { ...args, handsOver: true });
  expect(inputs).toEqual({ ...asked, handOver: "" });
  const provider = new OnlyServerProvider();
  expect(await provider.diff("only-server", asked, inputs as never)).toEqual({ changes: true });
  // Where it has handed over, and its successor is there, all has been done.
  const after = { ...asked, server: "s1", last: "s1", handOver: "" };
  expect(await provider.diff("only-server", asked, after)).toEqual({ changes: false });
});

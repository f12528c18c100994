import { OnlyServerProvider } from "../../../components/machines/onlyServer/provider";
import { cloudHost } from "./cloudHost";

const NODE = "dev-control-plane-0";
const SUBJECTS = {
  ...{ image: "1", sshPublicKey: "2", availabilityZones: "3" },
  ...{ programs: "4", flags: "5", extraFiles: "6", otherFiles: "7" },
};
const OTHER = { ...SUBJECTS, extraFiles: "6b" };
const args = { node: NODE, wanted: SUBJECTS, alone: true, keep: false };
const noted = { made: SUBJECTS, next: SUBJECTS };
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
  expect(first).toEqual({ inputs: { ...noted, server: "s0" }, reasons: [] });
  const { reasons } = await host().check(first.inputs, { ...args, wanted: OTHER });
  expect(reasons).toEqual([expect.stringContaining("hostroute:controlPlane.extraFiles")]);
  const kept = await host().check(first.inputs, { ...args, wanted: OTHER, keep: true });
  expect(kept).toEqual({ inputs: { made: SUBJECTS, next: OTHER, server: "s0" }, reasons: [] });
});

it("is an update in place when something changes, and none for what became of the last one", async () => {
  const provider = new OnlyServerProvider();
  // The engine takes no undefined.
  expect(await provider.create({ ...noted, server: undefined })).toStrictEqual({ id: "only-server", outs: noted });
  const after = { made: SUBJECTS, next: OTHER, server: "s1" };
  for (const same of [
    { ...noted, server: "s0" },
    { ...noted, made: OTHER },
  ])
    expect(await provider.diff("only-server", noted, same)).toEqual({ changes: false });
  expect(await provider.diff("only-server", noted, after)).toEqual({ changes: true });
  expect(await provider.update("only-server", noted, after)).toEqual({ outs: after });
});

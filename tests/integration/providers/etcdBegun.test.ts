import { EtcdBegunProvider } from "../../../components/machines/etcdBegun/provider";
import { cloudHost } from "./cloudHost";

const FIRST = "dev-control-plane-0";
const server = (name: string, launched: string | null | undefined) => ({
  id: `id of ${name}`,
  name,
  status: "ACTIVE",
  "OS-SRV-USG:launched_at": launched,
});
const RAN = "2026-11-24T00:00:00.000000";
const asked = { first: FIRST, begun: false };

const { cloud, host } = cloudHost("components/machines/etcdBegun/provider.ts", "EtcdBegunProvider");

it("takes a new stack's for one that has not, whatever the project has, and asks nobody", async () => {
  cloud.servers = [server(FIRST, RAN)];
  expect(await host().check(undefined, { first: FIRST })).toEqual({ inputs: asked, reasons: [] });
  expect(cloud.requests).toEqual([]);
});

it.each<[string, boolean, ReturnType<typeof server>[]]>([
  ["its first server has run", true, [server(FIRST, RAN)]],
  ["the cloud does not say whether it has", true, [server(FIRST, undefined)]],
  ["it never came up", false, [server(FIRST, null)]],
  ["somebody deleted it, or it was never made", false, []],
  ["others have run", false, [server("dev-control-plane-1", RAN), server("dev-control-plane-01", RAN)]],
])("says, where %s, that it has begun: %s", async (_where, begun, servers) => {
  cloud.servers = servers;
  for (const before of [true, false])
    expect((await host().check({ first: FIRST, begun: before }, { first: FIRST })).inputs).toEqual({
      first: FIRST,
      begun,
    });
});

it("remembers it, as an update in place", async () => {
  const provider = new EtcdBegunProvider();
  const begun = { first: FIRST, begun: true };
  expect(await provider.create(asked)).toEqual({ id: "etcd-begun", outs: asked });
  expect(await provider.diff("etcd-begun", asked, asked)).toEqual({ changes: false });
  expect(await provider.diff("etcd-begun", asked, begun)).toEqual({ changes: true });
  expect(await provider.update("etcd-begun", asked, begun)).toEqual({ outs: begun });
});

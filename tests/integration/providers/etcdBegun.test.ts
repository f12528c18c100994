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
/** No restore: said, since an absent output would not be known at a preview. */
const never = { restores: 0, abandoned: [] };
const asked = { first: FIRST, begun: false, ...never };
const news = { first: FIRST, nodes: [FIRST, "dev-control-plane-1"] };

const { cloud, host } = cloudHost("components/machines/etcdBegun/provider.ts", "EtcdBegunProvider");

it("takes a new stack's for one that has not, whatever the project has, and asks nobody", async () => {
  cloud.servers = [server(FIRST, RAN)];
  expect(await host().check(undefined, news)).toEqual({ inputs: asked, reasons: [] });
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
    expect((await host().check({ first: FIRST, begun: before }, news)).inputs).toEqual({
      first: FIRST,
      begun,
      ...never,
    });
});

it("remembers it, as an update in place", async () => {
  const provider = new EtcdBegunProvider();
  const begun = { ...asked, begun: true };
  expect(await provider.create(asked)).toEqual({ id: "etcd-begun", outs: asked });
  expect(await provider.diff("etcd-begun", asked, asked)).toEqual({ changes: false });
  expect(await provider.diff("etcd-begun", asked, begun)).toEqual({ changes: true });
  expect(await provider.diff("etcd-begun", { first: FIRST, begun: false }, asked)).toEqual({ changes: true });
  expect(await provider.update("etcd-begun", asked, begun)).toEqual({ outs: begun });
});

it("leaves the servers behind that are there when a restore is asked for, and refuses it of an only one", async () => {
  cloud.servers = [server(FIRST, RAN), server("dev-control-plane-1", RAN)];
  const restoring = { ...news, restoreFrom: "latest" };
  expect(await host().check({ first: FIRST, begun: true }, restoring)).toEqual({
    inputs: {
      first: FIRST,
      begun: false,
      restoreFrom: "latest",
      restores: 1,
      abandoned: [`id of ${FIRST}`, "id of dev-control-plane-1"],
    },
    reasons: [],
  });
  const { reasons } = await host().check({ first: FIRST, begun: true }, { ...restoring, nodes: [FIRST] });
  expect(reasons).toEqual([expect.stringContaining("the only control-plane server")]);
});

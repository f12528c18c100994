import { cloudHost } from "./cloudHost";

const { cloud, host } = cloudHost("components/machines/failedServers/provider.ts", "FailedServersProvider");

const servers = [
  { name: "dev-control-plane-0", role: "control-plane" },
  { name: "dev-worker-0", role: "worker" },
];
const inError = (name: string) => ({
  id: `id of ${name}`,
  name,
  status: "ERROR",
  "OS-SRV-USG:launched_at": "2026-11-24",
});

it("finds servers in ERROR in Pulumi's own process, and refuses to go on where etcd's data is on one", async () => {
  expect(await host().check(undefined, { servers })).toEqual({ inputs: { replaced: {} }, reasons: [] });
  cloud.servers = [inError("dev-worker-0")];
  const found = { inputs: { replaced: { "dev-worker-0": "id of dev-worker-0" } }, reasons: [] };
  expect(await host().check({ replaced: {} }, { servers })).toEqual(found);
  cloud.servers = [];
  expect(await host().check(found.inputs, { servers })).toEqual(found);
  cloud.servers = [inError("dev-control-plane-0")];
  const { reasons } = await host().check(found.inputs, { servers });
  expect(reasons).toEqual([expect.stringContaining("dev-control-plane-0 (server id of dev-control-plane-0)")]);
});

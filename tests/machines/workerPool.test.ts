import { Cluster } from "../../components/cluster";
import { specOf } from "../fixtures";
import { allRegistered, startMocks } from "../mocks";

// Most of the time, and it does not look at what it packs.
jest.mock("../../components/cloudinit/packed", () => ({
  ...jest.requireActual<object>("../../components/cloudinit/packed"),
  packed: () => "",
}));

it("is registered bit by bit: nothing before the authority, and the ninth worker when the first one has its server", async () => {
  const mocks = await startMocks();
  const finish = new Map<string, () => void>();
  mocks.before = (type, name) => {
    const byHand = type.endsWith(":SelfSignedCert") || type.endsWith(":Instance");
    return byHand ? new Promise((resolve) => finish.set(name, resolve)) : undefined;
  };
  const spec = specOf({ workerPools: [{ name: "worker", count: 12 }] });
  const { readHostRoutes } = mocks;
  new Cluster("dev", { spec, readHostRoutes, readServers: () => Promise.resolve(new Set()) });
  const workers = async () => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const all = mocks.resources.flatMap(({ name }) => /^dev-worker-\d+/.exec(name)?.[0] ?? []);
    return [...new Set(all)].map((name) => Number(name.split("-").at(-1))).sort((a, b) => a - b);
  };
  const first = [0, 1, 2, 3, 4, 5, 6, 7];

  expect(await workers()).toEqual([]);
  for (const authority of ["dev-ca", "dev-etcd-ca", "dev-front-proxy-ca"]) finish.get(authority)!();
  expect(await workers()).toEqual(first);
  finish.get("dev-worker-2")!();
  expect(await workers()).toEqual([...first, 10]);
  finish.get("dev-worker-0")!();
  expect(await workers()).toEqual([...first, 8, 10]);

  mocks.before = () => undefined;
  for (const go of finish.values()) go();
  await allRegistered();
  expect(await workers()).toEqual(Array.from({ length: 12 }, (_, n) => n));
});

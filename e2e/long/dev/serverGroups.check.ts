import { waitFor } from "../../../lab/shell";
import { cloud, workers } from "../../support/cloud";
import { kubectl, toolPods } from "../../support/kube";
import { firstPool, lastChanges, nothing, operate } from "../../support/stack";

const GROUP = "dev-worker-group-0";

/** Nova's group of the workers, in the microversion that first had soft policies. */
async function group(): Promise<{ policies: string[]; members: string[] } | undefined> {
  const version = { "OpenStack-API-Version": "compute 2.15" };
  const { status, body } = await (await cloud()).call("compute", "GET", "/os-server-groups", undefined, version);
  expect(status).toBe(200);
  const { server_groups } = body as { server_groups: { name: string; policies: string[]; members: string[] }[] };
  return server_groups.find(({ name }) => name === GROUP);
}
const members = async () => (await group())?.members.sort();
const servers = () => workers().map(({ instanceId }) => instanceId);

/** One hypervisor: a soft policy has to put up with it. */
describe("the workers' server group", () => {
  test("has all of them as its members", async () => {
    expect((await group())?.policies).toEqual(["soft-anti-affinity"]);
    expect(await members()).toEqual(servers().sort());
  });

  test("goes and comes back without touching a server, and is empty then", async () => {
    const before = servers();
    await operate("up", { changes: (config) => (firstPool(config).serverGroup = "none") });
    expect(lastChanges()).toMatchObject({ ...nothing, deleted: [`ServerGroup ${GROUP}`] });
    expect(await group()).toBeUndefined();
    await operate("up");
    expect(lastChanges()).toMatchObject({ ...nothing, created: [`ServerGroup ${GROUP}`] });
    expect(servers()).toEqual(before);
    expect(await members()).toEqual([]);
  });

  test("is joined by every server that is made anew", async () => {
    const options = workers().flatMap(({ name }) => ["--replace", `**:Instance::${name}`]);
    await operate("up", { options });
    expect(lastChanges()).toMatchObject({ created: [], updated: [], deleted: [] });
    expect(await members()).toEqual(servers().sort());
    await waitFor(
      "Ready nodes",
      async () => (await kubectl(["get", "nodes", "--no-headers"])).match(/ Ready /g)?.length === workers().length,
      180_000,
      2_000,
    );
    expect((await toolPods()).map(({ node }) => node).sort()).toEqual(workers().map(({ name }) => name));
  });
});

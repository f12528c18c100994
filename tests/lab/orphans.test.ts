import { inventory, Orphan, orphans, pendingObjects, removeOrphans, StackExport } from "../../lab/orphans";
import { cloudOf } from "../../lab/plugins/openstack";
import { FakeOpenStack } from "./plugins/fakeOpenStack";

let fake: FakeOpenStack;
beforeEach(() => (fake = new FakeOpenStack()));
const cloud = cloudOf(
  () => fake,
  () => undefined,
  1,
);
const put = (plural: string, id: string, members: Record<string, unknown>) =>
  fake.items[plural]!.set(id, { id, ...members });

/** A whole cluster, and one with a name that begins alike. */
function twoClusters() {
  for (const name of ["dev", "dev-2"]) {
    put("networks", `${name}-n`, { name });
    put("subnets", `${name}-s`, { name });
    put("routers", `${name}-r`, { name });
    put("security-groups", `${name}-g`, { name: `${name}-worker` });
    put("security-group-rules", `${name}-in`, { security_group_id: `${name}-g`, direction: "ingress" });
    put("security-group-rules", `${name}-out`, { security_group_id: `${name}-g`, direction: "egress" });
    put("ports", `${name}-p`, {
      name: `${name}-worker-0`,
      tags: [name],
      network_id: `${name}-n`,
      device_owner: "compute:nova",
    });
    put("ports", `${name}-i`, {
      name: "",
      device_owner: "network:router_interface",
      device_id: `${name}-r`,
      fixed_ips: [{ subnet_id: `${name}-s` }],
    });
    put("ports", `${name}-d`, { name: "", device_owner: "network:dhcp", network_id: `${name}-n` });
    put("floatingips", `${name}-f`, { description: `Kubernetes API of ${name}`, floating_ip_address: "203.0.113.9" });
    put("servers", `${name}-v`, { name: `${name}-worker-0`, tags: [name, "worker"] });
    put("keypairs", name, { name });
  }
}
const find = async (stack: StackExport) => orphans("dev", stack, await inventory(cloud));
const known = (...ids: string[]): StackExport => ({ deployment: { resources: ids.map((id) => ({ type: "x", id })) } });
const short = ({ type, id }: Orphan) => `${type.split(":").at(-1)} ${id}`;

const ALL = ["dev-v", "dev-p", "dev-f", "dev-i", "dev-r", "dev-in", "dev-g", "dev-s", "dev-n", "dev"];

it("finds a whole cluster that no stack knows, in the order in which it can be deleted, and nothing of its neighbour", async () => {
  twoClusters();
  expect((await find({ deployment: null })).map(short)).toEqual([
    ...["Instance dev-v", "Port dev-p", "FloatingIp dev-f", "RouterInterface dev-i", "Router dev-r"],
    ...["SecGroupRule dev-in", "SecGroup dev-g", "Subnet dev-s", "Network dev-n", "Keypair dev"],
  ]);
});

it("finds nothing where the stack knows all", async () => {
  twoClusters();
  expect(await find(known(...ALL))).toEqual([]);
});

it("finds what one killed creation left", async () => {
  twoClusters();
  expect((await find(known(...ALL.filter((id) => id !== "dev-in")))).map(short)).toEqual(["SecGroupRule dev-in"]);
});

it("finds a port that has no tags yet: on the cluster's own network, or by what the engine had begun", async () => {
  put("networks", "n", { name: "dev" });
  put("ports", "a", { name: "dev-worker-1", tags: [], network_id: "n" });
  put("ports", "b", { name: "dev-worker-2", tags: [], network_id: "shared" });
  expect((await find(known("n"))).map(short)).toEqual(["Port a"]);
  const stack = known("n");
  stack.deployment!.pending_operations = [
    { type: "creating", resource: { type: "p", inputs: { name: "dev-worker-2" } } },
  ];
  expect((await find(stack)).map(short)).toEqual(["Port a", "Port b"]);
});

it("finds a server group by what the engine had begun, and by no likeness of its name", async () => {
  for (const id of ["a", "b"]) put("os-server-groups", id, { name: `dev-${id}-group-0` });
  put("os-server-groups", "c", { name: "dev-a-group-0" });
  const stack = known("c");
  expect(await find(stack)).toEqual([]);
  stack.deployment!.pending_operations = [
    { type: "creating", resource: { type: "g", inputs: { name: "dev-a-group-0" } } },
  ];
  const found = await find(stack);
  expect(found.map(short)).toEqual(["ServerGroup a"]);
  await removeOrphans(cloud, found);
  expect([...fake.items["os-server-groups"]!.keys()]).toEqual(["b", "c"]);
});

it("deletes them, and leaves everything else", async () => {
  twoClusters();
  const told: string[] = [];
  await removeOrphans(cloud, await find({}), ({ id }) => told.push(id));
  expect(told).toEqual(ALL);
  expect(await find({})).toEqual([]);
  expect(orphans("dev-2", {}, await inventory(cloud))).toHaveLength(ALL.length);
});

it("knows Kubernetes' objects whose creation was killed", () => {
  const creating = (type: string, metadata: Record<string, string>) => ({
    type: "creating",
    resource: { type, inputs: { metadata } },
  });
  const pending_operations = [
    creating("kubernetes:core/v1:Node", { name: "w" }),
    creating("kubernetes:core/v1:ConfigMap", { name: "c", namespace: "kube-public" }),
    { ...creating("kubernetes:core/v1:Node", { name: "v" }), type: "updating" },
    creating("tls:index/privateKey:PrivateKey", {}),
  ];
  expect(pendingObjects({ deployment: { pending_operations } }).map(({ path }) => path)).toEqual([
    "/api/v1/nodes/w",
    "/api/v1/namespaces/kube-public/configmaps/c",
  ]);
});

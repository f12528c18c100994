import { inGuest } from "../../../lab/guest";
import { progress, waitFor } from "../../../lab/shell";
import { list, outputs } from "../../support/cloud";
import { kubectl, toolPods } from "../../support/kube";
import { balancersIn, leave, membersOf, partsOf } from "../../support/octavia";
import { reach } from "../../support/reach";
import { lastChanges, nothing, operate, verify } from "../../support/stack";
import { whileWriting } from "../../support/writer";

type Config = Record<string, Record<string, unknown>>;
const set = (key: string, values: object) => (config: object) =>
  void Object.assign((config as Config)[`hostroute:${key}`]!, values);

const LONGEST_GAP = 10; // seconds
const API = "octavia-api";
const ADDRESS = "10.106.1.199";
const PARTS = /^(LoadBalancer|Listener|Pool|Member|Monitor) /;
const [LISTED, OTHER] = ["172.24.4.9", "203.0.113.9"];
const host = () => new URL(outputs().apiEndpoint).hostname;
const members = () => outputs().nodes.filter(({ role }) => role === "control-plane");

/** Until the pool finds these members ready, and no others; seconds. */
async function untilOnline(...addresses: string[]): Promise<number> {
  const begun = Date.now();
  const wanted = [...addresses].sort().join();
  const online = async () => {
    const found = Object.entries(await membersOf(API)).filter(([, status]) => status === "ONLINE");
    return (
      found
        .map(([address]) => address)
        .sort()
        .join() === wanted
    );
  };
  await waitFor(`members ${wanted} to be online`, online, 120_000, 500);
  return (Date.now() - begun) / 1000;
}

describe("an API behind OVN's balancer", () => {
  test("is reached by its address in the subnet and by the floating IP, on port 443", async () => {
    const [balancer] = await balancersIn(outputs().subnetId);
    expect(balancer).toMatchObject({ name: API, provider: "ovn", vip_address: ADDRESS, provisioning_status: "ACTIVE" });
    expect(new URL(outputs().apiEndpoint).port).toBe("");
    await untilOnline(...members().map(({ address }) => address));
    // Workers know no other address than that in the subnet.
    const ready = await kubectl([
      "get",
      "nodes",
      "-o",
      'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}',
    ]);
    expect(ready).toBe("True True");
    expect(await verify()).toContain("2 routes: plan, Kubernetes and Neutron agree");
  });

  test("has what OVN can do, which an update and a refresh find unchanged", async () => {
    const { listener, pool, monitor } = await partsOf(API);
    expect(listener).toMatchObject({ protocol: "TCP", protocol_port: 443, allowed_cidrs: null });
    expect(pool).toMatchObject({ lb_algorithm: "SOURCE_IP_PORT" });
    expect(monitor).toMatchObject({ type: "TCP" });
    await operate("up", { options: ["--refresh"] });
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
  });

  test("lets in whom access.api lists, and nobody else; a change of it touches neither servers nor the balancer", async () => {
    const seen = async () => [await reach(LISTED, host(), 443), await reach(OTHER, host(), 443)];
    expect(await seen()).toEqual(["answers", "is silent"]);
    await operate("up", { changes: set("access", { api: ["172.24.4.0/24", "203.0.113.0/24"] }) });
    expect(lastChanges()).toMatchObject({ updated: [], replaced: [], deleted: [] });
    expect(await seen()).toEqual(["answers", "answers"]);
    await operate("up");
    expect(await seen()).toEqual(["answers", "is silent"]);
  });
});

describe("its members, while a client writes and reads ten times a second", () => {
  beforeAll(() => toolPods().then(() => undefined));
  const addresses = ["10.106.1.250", "10.106.1.251", "10.106.1.252"];

  async function changed(work: () => Promise<unknown>) {
    const seen = await whileWriting(async () => void (await work()));
    progress(JSON.stringify(seen));
    expect(seen.lost).toEqual([]);
    expect(seen.gap).toBeLessThan(LONGEST_GAP);
  }

  test("become three, without another balancer", async () => {
    // Not all that is said of it: when it was changed last is among that.
    const ids = async () => (await balancersIn(outputs().subnetId)).map(({ id }) => id);
    const before = await ids();
    await changed(() => operate("up", { changes: set("controlPlane", { count: 3 }) }));
    await untilOnline(...addresses);
    expect(await ids()).toEqual(before);
    const { created, replaced, deleted } = lastChanges();
    const balanced = (names: readonly string[]) => names.filter((name) => PARTS.test(name)).sort();
    expect(balanced(created)).toEqual(["Member octavia-control-plane-1", "Member octavia-control-plane-2"]);
    expect(balanced([...replaced, ...deleted])).toEqual([]);
  });

  test("are left out while their API server does not listen, and come back", async () => {
    const { instanceId } = members()[1]!;
    await changed(async () => {
      await inGuest(instanceId, ["systemctl", "stop", "kube-apiserver"]);
      progress(`out after ${await untilOnline(addresses[0]!, addresses[2]!)} s`);
      await inGuest(instanceId, ["systemctl", "start", "kube-apiserver"]);
      progress(`back after ${await untilOnline(...addresses)} s`);
    });
  });

  test("become one again", async () => {
    await changed(() => operate("up", { changes: set("controlPlane", { acceptSingleMember: true }) }));
    await untilOnline(addresses[0]!);
    expect(Object.keys(await membersOf(API))).toEqual([addresses[0]]);
  });
});

test("destroy takes along what Services had in the subnet", async () => {
  const { subnetId } = outputs();
  await leave("kube_service_kubernetes_default_web", subnetId, "ovn");
  await leave("kube_service_kubernetes_default_dns", subnetId, "amphora");
  await operate("destroy");
  expect(await balancersIn(subnetId)).toEqual([]);
  expect(await list("network", "/v2.0/networks?name=octavia", "networks")).toEqual([]);
  expect(await list("network", `/v2.0/ports?fixed_ips=subnet_id%3D${subnetId}`, "ports")).toEqual([]);
});

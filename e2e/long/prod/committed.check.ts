import { waitFor } from "../../../lab/shell";
import { hostRoutes, byDestination, outputs, planned, workers } from "../../support/cloud";
import { create, IMAGE, kubectl, peerSeen } from "../../support/kube";
import { closeOutside, floatingIpOf } from "../../support/outside";
import { Answer, reach } from "../../support/reach";
import { lastChanges, nothing, operate, verify } from "../../support/stack";

interface NodeObject {
  metadata: { name: string; labels: Record<string, string> };
  spec: { podCIDR: string; taints?: { key: string; value?: string; effect: string }[] };
  status: { conditions: { type: string; status: string }[] };
}

const GENERAL = Array.from({ length: 12 }, (_, slot) => slot);
const MEMORY = [100, 101, 102, 103];
const TAINT = { key: "dedicated", value: "memory", effect: "NoSchedule" };
const CLASS = "node.example.com/class";

describe("the committed stack, as it is", () => {
  test("has three members and all workers of both pools, Ready, each with its podCIDR, labels and taints", async () => {
    const { items } = JSON.parse(await kubectl(["get", "nodes", "-o", "json"])) as { items: NodeObject[] };
    const rows = items.map(({ metadata, spec, status }) => ({
      podCidr: spec.podCIDR,
      class: metadata.labels[CLASS],
      taints: spec.taints,
      ready: status.conditions.find(({ type }) => type === "Ready")?.status,
    }));
    const row = (slot: number, more: object) => ({ podCidr: `10.200.${slot}.0/24`, ready: "True", ...more });
    const expected = [
      ...GENERAL.map((slot) => row(slot, { class: undefined, taints: undefined })),
      ...MEMORY.map((slot) => row(slot, { class: "memory", taints: [TAINT] })),
    ];
    expect(rows).toHaveLength(expected.length);
    expect(rows).toEqual(expect.arrayContaining(expected));
    expect(outputs().nodes.filter(({ role }) => role === "control-plane")).toHaveLength(3);
    const routes = (await hostRoutes(outputs().subnetId)).sort(byDestination);
    expect(routes).toEqual(planned(workers()));
  });

  test("is verified, and an update changes nothing", async () => {
    expect(await verify()).toContain("16 routes: plan, Kubernetes and Neutron agree");
    // A stack's second one notes that etcd has begun, in the state alone.
    await operate("up");
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
  });
});

describe("its pools", () => {
  const pod = (name: string, spec: object) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "pools" } },
    spec: { containers: [{ name: "tools", image: IMAGE }], terminationGracePeriodSeconds: 1, ...spec },
  });
  const inMemory = { nodeSelector: { [CLASS]: "memory" } };
  const phase = (name: string) => kubectl(["get", "pod", name, "-o", "jsonpath={.status.phase}"]);

  afterAll(() => kubectl(["delete", "pods", "-l", "app=pools", "--ignore-not-found"]));

  test("take the pods that tolerate their taints, and those reach each other", async () => {
    await create(pod("intolerant", inMemory));
    await create(pod("tolerant", { ...inMemory, tolerations: [{ ...TAINT, operator: "Equal" }] }));
    await create(pod("anywhere", {}));
    await waitFor("two pods", async () => (await phase("tolerant")) + (await phase("anywhere")) === "RunningRunning");
    const address = await kubectl(["get", "pod", "tolerant", "-o", "jsonpath={.status.podIP}"]);
    expect(MEMORY).toContain(Number(address.split(".")[2]));
    const from = await kubectl(["get", "pod", "anywhere", "-o", "jsonpath={.status.podIP}"]);
    const answer = kubectl(["exec", "anywhere", "--", "/bin/podtool", "get", `http://${address}:8080/`]);
    expect(await peerSeen(answer)).toBe(from);
    expect(await phase("intolerant")).toBe("Pending");
    const events = await kubectl(["get", "events", "--field-selector=involvedObject.name=intolerant"]);
    expect(events).toContain("had untolerated taint");
  });
});

describe("its access lists, from outside", () => {
  const [INSIDE_BOTH, INSIDE_API, OUTSIDE] = ["198.51.100.9", "198.51.100.20", "203.0.113.9"];
  let worker: string;
  beforeAll(async () => {
    worker = await floatingIpOf(workers()[0]!.name);
  });
  afterAll(closeOutside);

  const api = () => new URL(outputs().apiEndpoint).hostname;
  const rows: [what: string, host: () => string, port: number, answers: Answer[]][] = [
    ["the API", api, 6443, ["answers", "answers", "is silent"]],
    ["SSH of a control-plane node", api, 22, ["answers", "is silent", "is silent"]],
    ["SSH of a worker", () => worker, 22, ["answers", "is silent", "is silent"]],
    ["a worker's kubelet", () => worker, 10250, ["is silent", "is silent", "is silent"]],
    ["a worker's NodePorts", () => worker, 30000, ["is silent", "is silent", "is silent"]],
    ["a member's etcd", api, 2379, ["is silent", "is silent", "is silent"]],
  ];
  test.each(rows)("%s: admitted, admitted to the API alone, neither", async (_what, host, port, answers) => {
    const seen = [];
    for (const from of [INSIDE_BOTH, INSIDE_API, OUTSIDE]) seen.push(await reach(from, host(), port));
    expect(seen).toEqual(answers);
  });
});

import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { digestOf, takenInterpreter } from "../../components/objects/certificatesTaken";
import { NodeCertificates } from "../../components/objects/nodeCertificates";
import { IssuedCertificates } from "../../components/pki/credentials";
import { allRegistered, sorted, startMocks } from "../mocks";
import { runScript } from "./shell";

/** All workers registered. */
const byRole = (nodes: readonly IssuedCertificates[]) => ({
  controlPlane: nodes.filter(({ role }) => role === "control-plane"),
  workers: nodes.filter(({ role }) => role === "worker").map((node) => Promise.resolve(node)),
});

it("is a public ConfigMap for each node, which nodes may read", async () => {
  const mocks = await startMocks();
  const nodes = ["dev-control-plane-0", "dev-worker-0"].map((node) => ({
    node,
    role: node.includes("worker") ? ("worker" as const) : ("control-plane" as const),
    files: pulumi.secret<Record<string, string>>({ "kubelet.crt": `certificate of ${node}` }),
  }));
  new NodeCertificates("dev", {
    ...{ ...byRole(nodes), kubeconfig: "none", rotated: false },
    inService: Promise.resolve(new Map()),
  });
  await allRegistered();
  const metadata = { name: "hostroute:certificates", namespace: "kube-public" };
  const rbac = "rbac.authorization.k8s.io";
  const shown = mocks.resources.map(({ type, name, inputs }) => ({
    type,
    name,
    inputs: Object.fromEntries(Object.entries(inputs).filter(([key]) => !["apiVersion", "kind"].includes(key))),
  }));
  expect(sorted(shown)).toEqual(
    sorted([
      {
        type: `kubernetes:${rbac}/v1:Role`,
        name: "dev-certificates",
        inputs: { metadata, rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }] },
      },
      {
        type: `kubernetes:${rbac}/v1:RoleBinding`,
        name: "dev-certificates",
        inputs: {
          metadata,
          roleRef: { apiGroup: rbac, kind: "Role", name: metadata.name },
          subjects: [{ apiGroup: rbac, kind: "Group", name: "system:nodes" }],
        },
      },
      ...nodes.map(({ node }) => ({
        type: "kubernetes:core/v1:ConfigMap",
        name: `${node}-certificates`,
        inputs: {
          metadata: { name: `hostroute-certificates-${node}`, namespace: "kube-public" },
          data: { "kubelet.crt": `certificate of ${node}` },
        },
      })),
    ]),
  );
});

const PEM = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;

it("waits for each node where authorities were rotated, one control-plane node after the other, workers last and at once", async () => {
  const mocks = await startMocks();
  const nodes = ["w-0", "c-0", "c-1", "w-1"].map((node) => ({
    node,
    role: node.startsWith("w") ? ("worker" as const) : ("control-plane" as const),
    files: pulumi.output<Record<string, string>>({ "ca.crt": PEM(node.replace("-", "")) }),
  }));
  const inService = new Map(nodes.map(({ node }) => [node, new pulumi.ComponentResource("test:index:Node", node)]));
  const { taken, takenByControlPlane } = new NodeCertificates("dev", {
    ...{ ...byRole(nodes), kubeconfig: "none", rotated: true, inService: Promise.resolve(inService) },
  });
  await allRegistered();
  const names = (resources: readonly pulumi.Resource[]) =>
    resources.map((each) => (each as unknown as { __name: string }).__name);
  expect(names(await Promise.all(taken.map((each) => Promise.resolve(each))))).toEqual(
    ["c-0", "c-1", "w-0", "w-1"].map((node) => `${node}-certificates-taken`),
  );
  expect(takenByControlPlane).toEqual(taken.slice(0, 2));
  const told = mocks.resources.flatMap(({ name, type }) => (/ConfigMap$|Command$/.test(type) ? [name] : []));
  const of = (node: string) => [`${node}-certificates`, `${node}-certificates-taken`];
  expect(told.slice(0, 4)).toEqual([...of("c-0"), ...of("c-1")]);
  expect(told.slice(4).sort()).toEqual([...of("w-0"), ...of("w-1")].sort());
  const command = mocks.resources.find(({ name }) => name === "w-1-certificates-taken")!.inputs;
  const digest = createHash("sha256")
    .update(`ca.crt\n${PEM("w1")}`)
    .digest("hex");
  expect(command).toMatchObject({ environment: { NODE: "w-1", ROLE: "worker", DIGEST: digest }, triggers: [digest] });
});

it("does not count proofs, nor in which order a file has its certificates", () => {
  const files = { "ca.crt": PEM("a") + PEM("b"), "kubelet.crt": PEM("k") };
  expect(digestOf({ ...files, "ca.crt": PEM("b") + PEM("a"), "ca.proof": PEM("c") })).toBe(digestOf(files));
  expect(digestOf({ ...files, "ca.crt": PEM("a") })).not.toBe(digestOf(files));
});

it("gives a node that is not in service yet its time from then on, and holds up nobody for that", async () => {
  const mocks = await startMocks();
  const nodes = ["w-0", "w-1"].map((node) => ({
    node,
    role: "worker" as const,
    files: pulumi.output<Record<string, string>>({ "ca.crt": PEM(node) }),
  }));
  const service = (node: string, opts: pulumi.CustomResourceOptions = {}) =>
    new command.local.Command(`${node}-in-service`, {}, opts);
  let boots!: (resources: pulumi.Resource[]) => void;
  const dependsOn = new Promise<pulumi.Resource[]>((resolve) => (boots = resolve));
  const inService = Promise.resolve(
    new Map([service("w-0", { dependsOn }), service("w-1")].map((each, i) => [`w-${i}`, each])),
  );
  new NodeCertificates("dev", { ...byRole(nodes), kubeconfig: "none", rotated: true, inService });
  const told = () => mocks.resources.flatMap(({ name }) => (/^w-.-certificates/.test(name) ? [name] : [])).sort();
  const others = ["w-0-certificates", "w-1-certificates", "w-1-certificates-taken"];
  while (told().length < others.length) await new Promise(setImmediate);
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
  expect(told()).toEqual(others);
  boots([]);
  await allRegistered();
  expect(told()).toEqual([...others, "w-0-certificates-taken"].sort());
});

/** Runs `taken` for a node that is to say d1. */
const taken = (ROLE: string, kubectl: string) =>
  runScript(takenInterpreter(60), "taken", kubectl, { NODE: "n", ROLE, DIGEST: "d1" });

it.each<[string, string, string]>([
  ["worker", "a worker", "[ $calls -lt 5 ] && echo d0 || echo d1"],
  ["worker", "a worker whose API is away for a while", "[ $calls -lt 5 ] && exit 1 || echo d1"],
  [
    "control-plane",
    "a control-plane node, which nobody has asked before",
    'case "$*" in *create*) ;; *) [ $calls -lt 2 ] || { [ $calls -lt 5 ] && echo ConfigMapd0 || echo ConfigMapd1; } ;; esac',
  ],
])("waits until %s says so: %s", (role, _what, kubectl) => {
  expect(taken(role, kubectl)).toMatchObject({ status: 0, stdout: "", left: [] });
});

it.each(["worker", "control-plane"])("stops the update where a %s does not, and says where to look", (role) => {
  const { status, stderr } = taken(role, "echo ConfigMapd0");
  expect(status).toBe(1);
  expect(stderr).toContain("n has not taken over its certificates, and whom to trust, within 60 seconds");
  expect(stderr).toContain("journalctl -u hostroute-renew-certificates");
});

import * as pulumi from "@pulumi/pulumi";
import { NodeCertificates } from "../../components/objects/nodeCertificates";
import { allRegistered, sorted, startMocks } from "../mocks";

it("is a public ConfigMap for each node, which nodes may read", async () => {
  const mocks = await startMocks();
  const nodes = ["dev-control-plane-0", "dev-worker-0"].map((node) => ({
    node,
    files: pulumi.secret<Record<string, string>>({ "kubelet.crt": `certificate of ${node}` }),
  }));
  new NodeCertificates("dev", { nodes });
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

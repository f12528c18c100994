import * as pulumi from "@pulumi/pulumi";
import { Access } from "../../components/objects/access";
import { allRegistered, sorted, startMocks } from "../mocks";

it("binds the administrator to cluster-admin and the API server to kubelets' API, by name and never by system:masters", async () => {
  const mocks = await startMocks();
  new Access("dev", { administrator: pulumi.output("kubernetes-admin:0123") });
  await allRegistered();
  const apiGroup = "rbac.authorization.k8s.io";
  const binding = (what: string, role: string, user: string) => ({
    type: `kubernetes:${apiGroup}/v1:ClusterRoleBinding`,
    name: `dev-${what}`,
    inputs: {
      apiVersion: `${apiGroup}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: `hostroute:${what}` },
      roleRef: { apiGroup, kind: "ClusterRole", name: role },
      subjects: [{ apiGroup, kind: "User", name: user }],
    },
  });
  expect(sorted(mocks.resources)).toEqual([
    binding("administrator", "cluster-admin", "kubernetes-admin:0123"),
    binding("kubelet-api", "system:kubelet-api-admin", "kube-apiserver-kubelet-client"),
  ]);
});

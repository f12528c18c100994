import * as pulumi from "@pulumi/pulumi";
import { memberInService } from "../../../components/objects/etcd/memberInService";
import { EtcdMembers } from "../../../components/objects/etcd/members";
import { memberInterpreter, membersInterpreter } from "../../../components/objects/etcd/script";
import { allRegistered, sorted, spyOnOptions, startMocks } from "../../mocks";

const THREE = "10.0.0.1 10.0.0.2 10.0.0.3";

const made = async (members: string[]) => {
  const mocks = await startMocks();
  new EtcdMembers("dev", { kubeconfig: pulumi.output("KUBECONFIG"), members, triggers: ["server-1"] });
  await allRegistered();
  return sorted(mocks.resources);
};
const command = (members: string) => ({
  type: "command:local:Command",
  name: "dev-etcd-members",
  inputs: {
    create: "planned",
    interpreter: membersInterpreter(),
    stdin: { secret: "KUBECONFIG" },
    environment: { MEMBERS: members },
    triggers: ["server-1"],
  },
});

it("is one command for a single member", async () => {
  expect(await made(["10.0.0.1"])).toEqual([command("10.0.0.1")]);
});

it("lets nodes of several read and change the one ConfigMap, and nothing else", async () => {
  const apiGroup = "rbac.authorization.k8s.io";
  const metadata = { name: "hostroute:etcd", namespace: "kube-system" };
  expect(await made(THREE.split(" "))).toEqual(
    sorted([
      command(THREE),
      {
        type: `kubernetes:${apiGroup}/v1:Role`,
        name: "dev-etcd",
        inputs: {
          apiVersion: `${apiGroup}/v1`,
          kind: "Role",
          metadata,
          rules: [
            { apiGroups: [""], resources: ["configmaps"], resourceNames: ["hostroute-etcd"], verbs: ["get", "patch"] },
          ],
        },
      },
      {
        type: `kubernetes:${apiGroup}/v1:RoleBinding`,
        name: "dev-etcd",
        inputs: {
          apiVersion: `${apiGroup}/v1`,
          kind: "RoleBinding",
          metadata,
          roleRef: { apiGroup, kind: "Role", name: "hostroute:etcd" },
          subjects: [{ apiGroup, kind: "User", name: "system:kube-controller-manager" }],
        },
      },
    ]),
  );
});

it("has a member's time in service follow its server and its flavor, and only notes everything else", async () => {
  const mocks = await startMocks();
  const { opts, seen } = spyOnOptions();
  const goneWith = new pulumi.ComponentResource("test:index:Cluster", "dev");
  memberInService(
    {
      ...{ kubeconfig: "KUBECONFIG", node: { name: "dev-control-plane-1", address: "10.0.0.2" }, flavor: "m1.small" },
      ...{ instanceId: "server-1", release: { minor: 34, patch: 1 }, members: THREE.split(" ") },
    },
    { ...opts, deletedWith: goneWith },
  );
  await allRegistered();
  expect(mocks.resources.map(({ name, inputs }) => ({ name, ...inputs }))).toEqual([
    {
      name: "dev-control-plane-1-in-service",
      create: "joined",
      update: ":",
      delete: "leaves",
      interpreter: memberInterpreter(),
      stdin: { secret: "KUBECONFIG" },
      environment: {
        NODE: "dev-control-plane-1",
        INSTANCE: "server-1",
        ADDRESS: "10.0.0.2",
        RELEASE: "v1.34.1",
        MEMBERS: THREE,
      },
      triggers: ["server-1", "m1.small"],
    },
  ]);
  const options = seen.get("Command dev-control-plane-1-in-service");
  expect(options).toMatchObject({ deleteBeforeReplace: true, deletedWith: goneWith });
});

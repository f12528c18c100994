import * as yaml from "yaml";
import { ClusterDns } from "../../components/objects/dns";
import { corefile } from "../../components/objects/dnsManifests";
import { allRegistered, Recorder, sorted, spyOnOptions, startMocks } from "../mocks";

const args = {
  clusterDns: "10.32.0.10",
  clusterDomain: "cluster.local",
  image: "mirror.example/coredns:v1.12.1",
  hosts: 3,
};

async function made(more: { replicas?: number; clusterDomain?: string; hosts?: number } = {}): Promise<Recorder> {
  const mocks = await startMocks();
  new ClusterDns("dev", { ...args, ...more });
  await allRegistered();
  return mocks;
}

interface DeploymentSpec {
  replicas: number;
  template: { metadata: { annotations: Record<string, string> }; spec: { affinity: { podAntiAffinity: object } } };
}
const deploymentOf = ({ resources }: Recorder) =>
  resources.find(({ type }) => type.endsWith(":Deployment"))?.inputs.spec as DeploymentSpec;

it("has a Corefile for the cluster's domain", () => expect(corefile("k8s.example.org")).toMatchSnapshot());

it("is CoreDNS as kubeadm deploys it, and nothing else", async () => {
  const { resources } = await made();
  const objects = sorted(resources).map(({ inputs }) => inputs);
  expect(objects.map((each) => yaml.stringify(each)).join("---\n")).toMatchSnapshot();
});

it.each([
  [undefined, 2],
  [1, 1],
])("has, with replicas %p, %p pods", async (replicas, pods) => {
  expect(deploymentOf(await made(replicas === undefined ? {} : { replicas })).replicas).toBe(pods);
});

it.each([
  [1, "preferred"],
  [2, "required"],
  [30, "required"],
])("with %p workers for them, pods on nodes of their own are %s", async (hosts, how) => {
  const { affinity } = deploymentOf(await made({ hosts })).template.spec;
  expect(Object.keys(affinity.podAntiAffinity)).toEqual([`${how}DuringSchedulingIgnoredDuringExecution`]);
});

it("rolls its pods when the Corefile changes, and only then", async () => {
  const template = async (clusterDomain: string) => deploymentOf(await made({ clusterDomain })).template;
  const first = await template("cluster.local");
  expect(await template("cluster.local")).toEqual(first);
  expect((await template("other.local")).metadata).not.toEqual(first.metadata);
});

it("starts pods when their rights and their configuration are there", async () => {
  await startMocks();
  const { opts, seen } = spyOnOptions();
  new ClusterDns("dev", args, opts);
  await allRegistered();
  const kinds = (name: string) =>
    (seen.get(`${name} dev-dns`)?.dependsOn as unknown as { __pulumiType: string }[]).map(({ __pulumiType }) =>
      __pulumiType.split(":").at(-1),
    );
  expect(kinds("Deployment")).toEqual(["ClusterRoleBinding", "ConfigMap"]);
  expect(kinds("ClusterRoleBinding")).toEqual(["ServiceAccount", "ClusterRole"]);
});

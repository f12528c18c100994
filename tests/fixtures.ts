import { FlagValues } from "../components/kubernetes/flags/types";
import { NeutronSubnet } from "../components/openstack/subnet";
import { formatProblem } from "../components/settings/problem";
import { ClusterSpec, resolve } from "../components/settings/resolve";
import { Settings, SettingsInput } from "../components/settings/schema";
import { validate } from "../components/settings/validate";

export type Raw = Partial<SettingsInput>;

/** A stack's whole configuration from the keys that a test is about. */
export function settingsOf(raw: Raw = {}): Settings {
  const { settings, problems } = validate({ clusterName: "dev", ...raw });
  if (!settings || problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
  return settings;
}

/** The configuration with all that follows from it. */
export const specOf = (raw: Raw = {}): ClusterSpec => resolve(settingsOf(raw));

/** An existing subnet as Neutron has it, at the default place; what a test is about is put over it. */
export const neutronSubnet = (more: Partial<NeutronSubnet> = {}): NeutronSubnet => ({
  network_id: "1f0e6a52-0000-4000-8000-000000000001",
  ip_version: 4,
  cidr: "10.106.1.0/24",
  gateway_ip: "10.106.1.1",
  enable_dhcp: true,
  allocation_pools: [{ start: "10.106.1.200", end: "10.106.1.249" }],
  host_routes: [],
  revision_number: 1,
  ...more,
});

/** The digests of an era that the program does not pin. */
export function digestsFor(version: string, versions: { etcd: string }): Record<string, string> {
  const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kubelet", "kube-proxy"];
  const files = [
    ...programs.map((program) => `dl.k8s.io/release/v${version}/bin/linux/amd64/${program}`),
    `github.com/etcd-io/etcd/releases/download/v${versions.etcd}/etcd-v${versions.etcd}-linux-amd64.tar.gz`,
  ];
  return Object.fromEntries(files.map((file, i) => [file, String(i).repeat(64)]));
}

/** A configuration for the 1.4-era document's release. */
export const DOCUMENTED_ERA: Raw = {
  kubernetesVersion: "1.4.12",
  allowInsecure: true,
  artifacts: { versions: { etcd: "3.0.17" }, sha256: digestsFor("1.4.12", { etcd: "3.0.17" }) },
};

/** The values of one node of the 1.4-era document's cluster. */
export const documentedValues: FlagValues = {
  nodeName: "dev-worker-0",
  hostIp: "10.106.1.2",
  apiUrl: "https://10.106.1.250:6443",
  clusterCidr: "10.200.0.0/16",
  nodeMask: 24,
  serviceCidr: "10.32.0.0/24",
  serviceNodePortRange: "3000-32767",
  clusterDns: "10.32.0.10",
  clusterDomain: "cluster.local",
  controlPlane: [{ name: "dev-control-plane-0", address: "10.106.1.250" }],
};

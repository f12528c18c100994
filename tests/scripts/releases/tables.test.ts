import { chromebrewDigests, kopsDigests, kubeadmConstants, kubesprayDigests } from "../../../scripts/releases/tables";

const digest = (digit: string) => digit.repeat(64);

it("reads kOps' assets", () => {
  const table = `filestores:
- base: https://dl.k8s.io/release/
files:
- name: v1.36.3/bin/linux/amd64/kubelet
  sha256: ${digest("a")}
`;
  expect(kopsDigests(table)).toEqual({ "dl.k8s.io/release/v1.36.3/bin/linux/amd64/kubelet": digest("a") });
  expect(() => kopsDigests("filestores: []\nfiles: []")).toThrow("does not have one file store");
});

const kubespray = (sections: string[]) =>
  sections
    .map(
      (name, i) =>
        `${name}:\n  arm64:\n    1.9: sha256:${digest("f")}\n  amd64:\n    1.10: sha256:${digest(String(i))}\n`,
    )
    .join("");
const SECTIONS = ["kubelet", "kubectl", "etcd_binary", "containerd_archive", "runc", "cni_binary"].map(
  (name) => `${name}_checksums`,
);

it("reads Kubespray's checksums, of amd64 only, and versions as texts", () => {
  expect(kubesprayDigests(kubespray(SECTIONS))).toEqual({
    "dl.k8s.io/release/v1.10/bin/linux/amd64/kubelet": digest("0"),
    "dl.k8s.io/release/v1.10/bin/linux/amd64/kubectl": digest("1"),
    "github.com/etcd-io/etcd/releases/download/v1.10/etcd-v1.10-linux-amd64.tar.gz": digest("2"),
    "github.com/containerd/containerd/releases/download/v1.10/containerd-1.10-linux-amd64.tar.gz": digest("3"),
    "github.com/opencontainers/runc/releases/download/v1.10/runc.amd64": digest("4"),
    "github.com/containernetworking/plugins/releases/download/v1.10/cni-plugins-linux-amd64-v1.10.tgz": digest("5"),
  });
  expect(() => kubesprayDigests(kubespray(SECTIONS.slice(1)))).toThrow("it has no kubelet_checksums for amd64");
});

it("reads Chromebrew's package of etcd", () => {
  const recipe = `class Etcd < Package\n  version '3.6.13'\n  source_sha256 '${digest("b")}'\nend\n`;
  expect(chromebrewDigests(recipe)).toEqual({
    "github.com/etcd-io/etcd/releases/download/v3.6.13/etcd-v3.6.13-linux-amd64.tar.gz": digest("b"),
  });
  expect(() => chromebrewDigests("class Etcd < Package\nend\n")).toThrow("states no version and source_sha256");
});

it("reads kubeadm's constants", () => {
  const source = `\tDefaultEtcdVersion = "3.6.8-0"\n\tCoreDNSVersion = "v1.14.2"\n\tPauseVersion = "3.10.2"\n`;
  expect(kubeadmConstants(source)).toEqual({ etcd: "3.6.8", coredns: "1.14.2", pause: "3.10.2" });
  expect(() => kubeadmConstants("")).toThrow("there is no DefaultEtcdVersion");
});

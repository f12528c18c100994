import { type Programs, setOf } from "../../components/kubernetes/releases";
import { type KubernetesVersion, versionTag, versionText } from "../../components/kubernetes/version";
import { type GoModule, type GoProgram, moduleWith, requiredVersion } from "../build/golang";
import type { Component } from "./origins";

export const podtool: GoProgram = { name: "podtool", module: "podtool", package: "." };

const KUBERNETES = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubectl", "kubelet"];
const CONTAINERD = "github.com/containerd/containerd/v2";
const CNI_PLUGINS = "github.com/containernetworking/plugins";
const ETCD = "go.etcd.io/etcd";
/** One build for all releases: perhaps another patch of the pinned series. */
const ETCD_MODULE: GoModule = { module: "etcd" };

/** The variables by which the programs of Kubernetes know their version, as upstream's build sets them. */
const versionVariables = (release: KubernetesVersion) =>
  Object.fromEntries(
    ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((name) => [
      [`${name}.gitVersion`, versionTag(release)],
      [`${name}.gitMajor`, "1"],
      [`${name}.gitMinor`, String(release.minor)],
    ]),
  );

/** The modules that a release's parts are built from. @throws Error for a release that the lab cannot build */
function modulesOf(release: KubernetesVersion) {
  const set = setOf(release);
  const requiring = (module: GoModule["module"], of: string, version: string): GoModule => {
    const found = moduleWith(module, of, version);
    if (found) return found;
    throw new Error(
      `The lab cannot build Kubernetes ${versionTag(release)}: nothing in lab/build/modules requires ${of} ${version}`,
    );
  };
  return {
    kubernetes: requiring("kubernetes", "k8s.io/kubernetes", versionText(release)),
    coredns: requiring("coredns", "github.com/coredns/coredns", set.coredns),
    containerd: requiring("containerd", CONTAINERD, set.containerd),
    cni: requiring("cni", CNI_PLUGINS, set.cniPlugins),
  };
}

/** CoreDNS of a release. */
export const coredns = (release: KubernetesVersion): GoProgram => ({
  name: "coredns",
  ...modulesOf(release).coredns,
  package: ".",
});

/** What is compiled of each component of a release, the small ones first. */
export function compiledPrograms(release: KubernetesVersion): Record<Exclude<Component, "runc">, readonly GoProgram[]> {
  const { kubernetes, containerd, cni } = modulesOf(release);
  return {
    cniPlugins: ["main/bridge", "ipam/host-local", "main/loopback", "meta/portmap"].map((plugin) => ({
      name: plugin.split("/")[1]!,
      ...cni,
      package: `${CNI_PLUGINS}/plugins/${plugin}`,
    })),
    etcd: [
      { name: "etcd", ...ETCD_MODULE, package: `${ETCD}/server/v3` },
      { name: "etcdctl", ...ETCD_MODULE, package: `${ETCD}/etcdctl/v3` },
      { name: "etcdutl", ...ETCD_MODULE, package: `${ETCD}/etcdutl/v3` },
    ],
    containerd: ["containerd", "containerd-shim-runc-v2", "ctr"].map((name) => ({
      name,
      ...containerd,
      package: `${CONTAINERD}/cmd/${name}`,
    })),
    kubernetes: KUBERNETES.map((name) => ({
      name,
      ...kubernetes,
      package: `k8s.io/kubernetes/cmd/${name}`,
      variables: versionVariables(release),
    })),
  };
}

/** The releases of what is compiled beside Kubernetes. */
export function compiledVersions(release: KubernetesVersion): Omit<Programs, "runc"> {
  const { containerd, cni } = modulesOf(release);
  return {
    etcd: requiredVersion(ETCD_MODULE, `${ETCD}/server/v3`),
    containerd: requiredVersion(containerd, CONTAINERD),
    cniPlugins: requiredVersion(cni, CNI_PLUGINS),
  };
}

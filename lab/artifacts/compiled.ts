import { type Programs, setOf } from "../../components/kubernetes/releases";
import { type KubernetesVersion, versionTag } from "../../components/kubernetes/version";
import { type GoModule, type GoProgram, moduleWith, requiredVersion } from "../build/golang";
import type { Component } from "./origins";

export const podtool: GoProgram = { name: "podtool", module: "podtool", package: "." };

const KUBERNETES = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubectl", "kubelet"];
const CONTAINERD = "github.com/containerd/containerd/v2";
const CNI_PLUGINS = "github.com/containernetworking/plugins";
const ETCD = "go.etcd.io/etcd";
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
  const kubernetes = moduleWith("kubernetes", "k8s.io/kubernetes", versionTag(release).slice(1));
  const coredns = moduleWith("coredns", "github.com/coredns/coredns", set.coredns);
  if (!kubernetes || !coredns)
    throw new Error(
      `The lab cannot build Kubernetes ${versionTag(release)} with CoreDNS ${set.coredns}: nothing in lab/build/modules requires them`,
    );
  return {
    kubernetes,
    coredns,
    // One build for all releases; 1.34.1 has its own beside Kubernetes.
    etcd: kubernetes.requirements === undefined ? kubernetes : ETCD_MODULE,
    // Without a module for the release's own: Debian's package.
    containerd: moduleWith("containerd", CONTAINERD, set.containerd),
    cni: moduleWith("cni", CNI_PLUGINS, set.cniPlugins),
  };
}

/** CoreDNS of a release. */
export const coredns = (release: KubernetesVersion): GoProgram => ({
  name: "coredns",
  ...modulesOf(release).coredns,
  package: ".",
});

/** What is compiled of each component of a release, the small ones first. */
export function compiledPrograms(release: KubernetesVersion): Partial<Record<Component, readonly GoProgram[]>> {
  const { kubernetes, etcd, containerd, cni } = modulesOf(release);
  return {
    ...(cni && {
      cniPlugins: ["main/bridge", "ipam/host-local", "main/loopback", "meta/portmap"].map((plugin) => ({
        name: plugin.split("/")[1]!,
        ...cni,
        package: `${CNI_PLUGINS}/plugins/${plugin}`,
      })),
    }),
    etcd: [
      { name: "etcd", ...etcd, package: `${ETCD}/server/v3` },
      { name: "etcdctl", ...etcd, package: `${ETCD}/etcdctl/v3` },
    ],
    ...(containerd && {
      containerd: ["containerd", "containerd-shim-runc-v2", "ctr"].map((name) => ({
        name,
        ...containerd,
        package: `${CONTAINERD}/cmd/${name}`,
      })),
    }),
    kubernetes: KUBERNETES.map((name) => ({
      name,
      ...kubernetes,
      package: `k8s.io/kubernetes/cmd/${name}`,
      variables: versionVariables(release),
    })),
  };
}

/** The releases of what is compiled beside Kubernetes. */
export function compiledVersions(release: KubernetesVersion): Pick<Programs, "etcd"> & Partial<Programs> {
  const { etcd, containerd, cni } = modulesOf(release);
  return {
    etcd: requiredVersion(etcd, `${ETCD}/server/v3`),
    ...(containerd && { containerd: requiredVersion(containerd, CONTAINERD) }),
    ...(cni && { cniPlugins: requiredVersion(cni, CNI_PLUGINS) }),
  };
}

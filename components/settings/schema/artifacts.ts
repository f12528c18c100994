import { z } from "zod";
import { image, optional, releaseNumber, sha256, upstreamFile, url } from "./types";

const release = (what: string, number: string) =>
  releaseNumber
    .default(number)
    .meta({ description: `Release of ${what}.`, rule: "digest known: pinned, or in `artifacts.sha256`" });

export const artifacts = z
  .strictObject({
    baseUrl: optional(url).meta({
      description: "Mirror that holds every upstream file at `<baseUrl>/<host>/<path>`.",
      whenUnset: "the upstream sites, by HTTPS",
      rule: "not an address in `clusterCidr` or `serviceCidr`",
    }),
    sha256: z.record(upstreamFile, sha256).default({}).meta({
      description:
        "Digests by upstream URL without its scheme, for files that the program does not pin. They take precedence over the pinned ones.",
    }),
    versions: z
      .strictObject({
        etcd: release("etcd", "3.6.5"),
        containerd: release("containerd", "2.1.4"),
        runc: release("runc", "1.3.3"),
        cniPlugins: release("the CNI plugins", "1.8.0"),
      })
      .prefault({})
      .meta({ description: "Releases of the programs beside Kubernetes." }),
  })
  .meta({ description: "Where nodes download their programs, and in which releases." });

/** Nodes pull before there is any pod or Service. */
const HOST_RULE = "its registry not an address in `clusterCidr` or `serviceCidr`";

export const images = z
  .strictObject({
    sandbox: image.default("registry.k8s.io/pause:3.10.1").meta({
      description: "Image of the pod sandbox (containerd's `sandbox_image`).",
      rule: HOST_RULE,
    }),
    // The tag is kubeadm's for Kubernetes 1.34 (`CoreDNSVersion` of its constants).
    coredns: image.default("registry.k8s.io/coredns/coredns:v1.12.1").meta({
      description: "Image of the cluster's DNS, CoreDNS.",
      rule: HOST_RULE,
    }),
  })
  .meta({ description: "Container images that the cluster itself needs." });

import { z } from "zod";
import { image, optional, releaseNumber, sha256, upstreamFile, url } from "./types";

/** The table of releases says which (kubernetes/releases.ts). */
const BELONGING = "the one that belongs to `kubernetesVersion`";

const release = (what: string) =>
  optional(releaseNumber).meta({
    description: `Release of ${what}.`,
    whenUnset: BELONGING,
    rule: "digest known: pinned, or in `artifacts.sha256`",
  });

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
        etcd: release("etcd"),
        containerd: release("containerd"),
        runc: release("runc"),
        cniPlugins: release("the CNI plugins"),
      })
      .prefault({})
      .meta({ description: "Releases of the programs beside Kubernetes." }),
  })
  .meta({ description: "Where nodes download their programs, and in which releases." });

/** Nodes pull before there is any pod or Service. */
const HOST_RULE = "its registry not an address in `clusterCidr` or `serviceCidr`";

export const images = z
  .strictObject({
    sandbox: optional(image).meta({
      description: "Image of the pod sandbox, pause.",
      whenUnset: BELONGING,
      rule: HOST_RULE,
    }),
    coredns: optional(image).meta({
      description: "Image of the cluster's DNS, CoreDNS.",
      whenUnset: BELONGING,
      rule: HOST_RULE,
    }),
  })
  .meta({ description: "Container images that the cluster itself needs." });

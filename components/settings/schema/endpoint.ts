import { z } from "zod";
import { ENDPOINT_KINDS } from "../../kubernetes/api";
import { host, optional } from "./types";

export const apiEndpoint = z
  .strictObject({
    kind: z.enum(ENDPOINT_KINDS).default("server").meta({
      description:
        "What answers there. `server`: the first control-plane node, port 6443. `external`: a load balancer of your own that forwards TCP port 443 to port 6443 of the control-plane nodes.",
    }),
    host: optional(host).meta({
      description: "Address or DNS name of that load balancer.",
      whenUnset: "none",
      rule: "required for kind `external`, and only there; not an address in `clusterCidr` or `serviceCidr`",
    }),
    floatingIp: optional(z.boolean()).meta({
      description:
        "Whether the API gets a floating IP of `network.externalNetwork`. No effect without an external network.",
      whenUnset: "`true`; kind `external` has none",
      rule: "not `true` for kind `external`",
    }),
  })
  .meta({ description: "Where nodes and clients reach the API." });

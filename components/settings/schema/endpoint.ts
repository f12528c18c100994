import { z } from "zod";
import { ENDPOINT_KINDS } from "../../kubernetes/api";
import { address, host, name, optional } from "./types";

export const apiEndpoint = z
  .strictObject({
    kind: optional(z.enum(ENDPOINT_KINDS)).meta({
      description:
        "What answers there. `server`: the only control-plane node, port 6443. `vip`: an address that one of the control-plane nodes holds, port 6443; when that one fails, another takes it over (keepalived). `octavia`: a load balancer that the program makes, port 443. `external`: a load balancer of your own that forwards TCP port 443 to port 6443 of the control-plane nodes.",
      whenUnset: "`server` for one control-plane node, `vip` for three and five",
      rule: "`server` with one control-plane node only; `vip`, and `octavia` but for `provider: ovn`, from Kubernetes 1.32 on",
    }),
    address: optional(address).meta({
      description: "The API's own address in the node subnet, for kinds `vip` and `octavia`.",
      whenUnset: "the last one before the default of `network.allocationPool`",
      rule: "a host address of `network.cidr`, outside of `network.allocationPool`; not the gateway, no node's, and behind the last worker's or before the first one's",
    }),
    host: optional(host).meta({
      description: "Address or DNS name of that load balancer.",
      whenUnset: "none",
      rule: "required for kind `external`, and only there; not an address in `clusterCidr` or `serviceCidr`",
    }),
    provider: optional(name).meta({
      description:
        "Octavia's provider, for kind `octavia`. `amphora`: `access.api` is the balancer's, and servers that `/readyz` finds unready are left out. `ovn`: it is the servers' security group's, and those are left out that do not listen.",
      whenUnset: "the cloud's default, used as `amphora` is",
      rule: "one that can do what `amphora` does, or `ovn`; `ovn` with `network.externalNetwork`, or an existing subnet with a router",
    }),
    floatingIp: optional(z.boolean()).meta({
      description:
        "Whether the API gets a floating IP of `network.externalNetwork`. No effect without an external network.",
      whenUnset: "`true`; kind `external` has none",
      rule: "not `true` for kind `external`",
    }),
  })
  .meta({ description: "Where nodes and clients reach the API." });

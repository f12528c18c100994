import { z } from "zod";
import { ROUTE_TIERS } from "../routeTier";
import { address, cidr, name, optional, uuid } from "./types";

const HOST_ADDRESS = "a host address of `network.cidr`";

const allocationPool = z.strictObject({
  start: address.meta({ description: "First address of the pool.", rule: HOST_ADDRESS }),
  end: address.meta({ description: "Last address of the pool.", rule: `${HOST_ADDRESS}, not before \`start\`` }),
});

export const network = z
  .strictObject({
    cidr: cidr.default("10.106.1.0/24").meta({
      description:
        "Range of the node subnet, in which every node has a fixed address. Of an existing subnet it is read, and what is given must be it.",
      rule: "/8 to /28; no overlap with `clusterCidr`, `serviceCidr` and ranges that no host can have; no range of `access` in it, unless `network.allocationPool` holds it or the subnet exists",
    }),
    externalNetwork: optional(name).meta({
      description:
        "Name of the external network. The program then creates a router with its gateway there, and the API gets a floating IP.",
      whenUnset: "no router, no floating IP",
    }),
    dnsServers: z.array(address).default([]).meta({
      description: "DNS servers that the nodes learn by DHCP.",
      whenUnset: "Neutron's own",
      rule: "5 at most, each once; an address that another host can have, outside of `clusterCidr` and `serviceCidr`",
    }),
    nonMasqueradeCidrs: z.array(cidr).default([]).meta({
      description:
        "Who sees pods' own addresses, besides nodes and pods (as ip-masq-agent's list of the same name): it needs routes back to them. For everybody else a pod has its node's address. A change replaces the workers.",
      rule: "not within a range that no host can have",
    }),
    mtu: optional(z.int().min(1280).max(65535)).meta({
      description: "MTU of the network. Pods use the MTU of their node's network interface.",
      unit: "bytes",
      whenUnset: "Neutron's choice",
    }),
    maxHostRoutes: z.int().min(0).default(20).meta({
      description:
        "How many host routes Neutron allows on one subnet (its option `max_subnet_host_routes`). No API reports it: ask the cloud's operator. The default is Neutron's own.",
      rule: "with `network.routeTier: subnet` not less than the number of workers, which need one host route each",
    }),
    routeTier: z.enum(ROUTE_TIERS).default("auto").meta({
      description:
        "How the routes to pods get to the nodes. `subnet`: by host routes of the node subnet, which DHCP carries. `nodes`: by the route plan, which the stack publishes in the cluster and nodes read; host routes stay for as many workers as the subnet and DHCP hold. `auto`: `subnet` while they hold all, else `nodes`. A change from or to `subnet` replaces the servers; what `auto` chooses replaces none.",
    }),
    routerRoutes: z.boolean().default(false).meta({
      description:
        "Whether the node subnet's router gets a route to each worker's pods, so that other subnets, VPNs and bastions reach pods. Routes of others on it are kept. Who is let in, security groups decide: [how](networking.md#pods-for-others). Nodes do not need it.",
      rule: "`true` with `network.externalNetwork`, which makes a router; in an existing subnet with `network.routerId`",
    }),
    routerId: optional(uuid).meta({
      description: "Id of an existing router with an interface in the existing subnet, for `network.routerRoutes`.",
      whenUnset: "the router that the program makes",
      rule: "only together with `network.subnetId` and `network.routerRoutes`",
    }),
    maxRouterRoutes: z.int().min(1).default(30).meta({
      description:
        "How many routes Neutron allows on one router: its quota `router_route`, or before 2026.2 its option `max_routes`, which no API reports. The default is Neutron's own. Those of others count.",
      rule: "with `network.routerRoutes` not less than the number of workers, which need one route each",
    }),
    networkId: optional(uuid).meta({
      description: "Id of an existing network to use.",
      whenUnset: "a network is created",
      rule: "only together with `network.subnetId`",
    }),
    subnetId: optional(uuid).meta({
      description:
        "Id of an existing subnet of that network to use. Its range, gateway and allocation pools [are read](#an-existing-network). Host routes of others in it are kept.",
      whenUnset: "a subnet is created",
      rule: "only together with `network.networkId`",
    }),
    gateway: optional(address).meta({
      description: "Default gateway of the node subnet.",
      whenUnset: "1st address of `network.cidr`; the existing subnet's",
      rule: `${HOST_ADDRESS}, outside of \`network.allocationPool\` in a new subnet`,
    }),
    firstWorkerAddress: optional(address).meta({
      description: "Address of the worker in slot 0. The worker in slot _n_ gets the _n_-th address after it.",
      whenUnset: "2nd address of `network.cidr`",
      rule: `${HOST_ADDRESS}; no worker on the gateway, a control-plane node or \`network.allocationPool\``,
    }),
    firstControlPlaneAddress: optional(address).meta({
      description: "Address of control-plane node 0. Node _n_ gets the _n_-th address after it.",
      whenUnset: "6th address from the end of `network.cidr`",
      rule: `${HOST_ADDRESS}; no control-plane node on the gateway or \`network.allocationPool\``,
    }),
    allocationPool: optional(allocationPool).meta({
      description: "Addresses that Neutron may hand out by itself: to DHCP agents, routers and others' ports.",
      whenUnset:
        "a fifth of the subnet, 50 addresses at most, right before the default of `network.firstControlPlaneAddress`; the existing subnet's, as far as nodes are clear of them",
    }),
  })
  .meta({ description: "Node subnet with its router and host routes, new or existing." });

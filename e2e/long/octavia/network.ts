import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { Netmask } from "netmask";
import { defaultLayout } from "../../../components/addressing/subnetLayout";
import { ApiEndpoint } from "../../../components/network/apiEndpoint";
import { ClusterNetwork } from "../../../components/network/clusterNetwork";

/** A cluster's network and the balancer before its API, without the cluster: a program of its own, for checks of `amphora`. */
const NAME = "balanced";
const config = new pulumi.Config();
const cidr = "10.107.1.0/24";

const network = new ClusterNetwork(NAME, {
  cidr,
  layout: defaultLayout(new Netmask(cidr)),
  dnsServers: [],
  externalNetwork: "public",
  lookUpAfter: Promise.resolve(),
});
const endpoint = new ApiEndpoint(NAME, {
  kind: "octavia",
  provider: config.require("provider"),
  subnetId: network.subnetId,
  address: "10.107.1.199",
  allowedCidrs: config.requireObject<string[]>("allowedCidrs"),
  members: Array.from({ length: config.requireNumber("members") }, (_, n) => ({
    name: `${NAME}-${n}`,
    address: `10.107.1.25${n}`,
  })),
});
const { address } = new openstack.networking.FloatingIp(NAME, { pool: "public" }, { dependsOn: network.attached });
new openstack.networking.FloatingIpAssociate(NAME, { floatingIp: address, portId: endpoint.portId });

/** What the checks look for in the cloud. */
export const subnetId = network.subnetId;

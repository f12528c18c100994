import { rangeText } from "../../addressing/subnetLayout";
import { NeutronSubnet } from "../../openstack/subnet";
import { ofIPv6, ofOtherRange } from "../../settings/existingSubnet";
import { Facts, Network } from "../facts";
import { Check, Finding, listed } from "../finding";
import { NetworkNeeds, Needs } from "../needs";

/** An existing network and subnet: whether they are there, and are what the configuration says of them. */
export const subnet: Check = (needs, facts) => {
  const { existing } = needs.network;
  if (!existing) return [];
  const network = facts.networks?.find(({ id }) => id === existing.networkId);
  if (facts.networks && !network)
    return [missing("network.networkId", existing.networkId, "network that the project sees", "network")];
  if (facts.subnet === null)
    return [missing("network.subnetId", existing.subnetId, "subnet that the project sees", "subnet")];
  return [
    ...(network ? ofNetwork(needs.network, network, facts) : []),
    ...(facts.subnet ? ofSubnet(needs.network, facts.subnet) : []),
    ...withoutRouter(needs, network, facts),
  ];
};

const missing = (key: string, value: string, problem: string, list: string): Finding => ({
  key,
  value,
  problem: `is not a ${problem}`,
  remedy: `Give an id that \`openstack ${list} list\` shows.`,
});

function ofNetwork({ mtu, existing }: NetworkNeeds, network: Network, { projectId }: Facts): Finding[] {
  const said = { key: "network.networkId", value: existing?.networkId };
  const stranger = projectId !== undefined && network.project_id !== undefined && network.project_id !== projectId;
  return [
    ...(network.admin_state_up === false
      ? [{ ...said, problem: "is a network that is down", remedy: `openstack network set --enable ${network.id}` }]
      : []),
    ...(mtu === undefined || network.mtu === undefined || mtu === network.mtu
      ? []
      : [
          {
            key: "network.mtu",
            value: mtu,
            problem: `is not the MTU of the existing network, which is ${network.mtu} and stays so`,
            remedy: `Leave it out, or change the network: openstack network set --mtu ${mtu} ${network.id}`,
            warning: true as const,
          },
        ]),
    ...(network.port_security_enabled === false
      ? [
          {
            ...said,
            problem: "is a network without port security",
            remedy: "Nodes' ports have it, but others in there may send from nodes' and pods' addresses.",
            warning: true as const,
          },
        ]
      : []),
    // neutron/conf/policies/port.py: fixed_ips:ip_address, allowed_address_pairs and port_security_enabled are NET_OWNER's.
    ...(stranger
      ? [
          {
            ...said,
            problem: "belongs to another project",
            remedy:
              "By Neutron's default policy only a network's own project gives ports fixed addresses and address pairs, as nodes need them: if the cloud's operator has not changed that, use a network of your own.",
            warning: true as const,
          },
        ]
      : []),
  ];
}

function ofSubnet(
  { cidr, gateway, allocationPool, dnsServers, existing }: NetworkNeeds,
  found: NeutronSubnet,
): Finding[] {
  const { networkId, subnetId } = existing!;
  const { dns_nameservers: servers, allocation_pools: pools } = found;
  const said = { key: "network.subnetId", value: subnetId };
  if (found.ip_version !== 4) return [{ ...said, ...ofIPv6(found) }];
  return [
    ...(found.network_id === networkId
      ? []
      : [
          {
            ...said,
            problem: `is a subnet of network ${found.network_id}, and not of hostroute:network.networkId ${networkId}`,
            remedy: `Set hostroute:network.networkId to ${found.network_id}, or choose another subnet.`,
          },
        ]),
    ...(found.cidr === cidr
      ? []
      : [
          {
            key: "network.cidr",
            value: cidr,
            ...ofOtherRange(found),
          },
        ]),
    ...(found.enable_dhcp
      ? []
      : [
          {
            ...said,
            problem: "is a subnet without DHCP, by which nodes get address and routes",
            remedy: `openstack subnet set --dhcp ${subnetId}`,
          },
        ]),
    ...(found.gateway_ip === gateway
      ? []
      : [
          {
            key: "network.gateway",
            value: gateway,
            problem: found.gateway_ip
              ? `is not the gateway of the existing subnet, which is ${found.gateway_ip}`
              : "is not the gateway of the existing subnet, which has none",
            remedy: found.gateway_ip
              ? `Leave it out, as the subnet is asked for it: no node gets that address then. On a running cluster that may replace servers.`
              : "Nodes have no way out, unless they get a default route otherwise.",
            warning: true as const,
          },
        ]),
    ...(!allocationPool || pools.some((pool) => rangeText(pool) === rangeText(allocationPool))
      ? []
      : [
          {
            key: "network.allocationPool",
            value: rangeText(allocationPool),
            problem: `is not an allocation pool of the existing subnet, which has ${pools.length > 0 ? listed(pools.map(rangeText)) : "none"}`,
            remedy: "Leave it out, as the subnet is asked for it. On a running cluster that may replace servers.",
            warning: true as const,
          },
        ]),
    ...(dnsServers.length === 0 || !servers || dnsServers.join() === servers.join()
      ? []
      : [
          {
            key: "network.dnsServers",
            value: dnsServers,
            problem: `has no effect on the existing subnet, which has ${servers.length > 0 ? listed(servers) : "none of its own"}`,
            remedy: `Leave it out, or change the subnet: openstack subnet set --no-dns-nameservers ${dnsServers.map((server) => `--dns-nameserver ${server} `).join("")}${subnetId}`,
            warning: true as const,
          },
        ]),
  ];
}

/** Neutron refuses a floating IP for an address that no router leads to. Only a network's own project sees all ports in it. */
function withoutRouter(
  needs: Needs,
  network: Network | undefined,
  { networks, ports, routers, projectId, made }: Facts,
): Finding[] {
  const { externalNetwork, existing } = needs.network;
  const outside = networks?.find(({ name, external }) => external && name === externalNetwork);
  if (!needs.floatingIp || made.floatingIps !== 0 || !outside || !ports || !routers) return [];
  const interfaces = ports.filter(({ device_owner }) => device_owner.startsWith(ROUTER));
  const hidden =
    network?.project_id !== projectId ||
    interfaces.some(({ device_id }) => !routers.some(({ id }) => id === device_id));
  if (hidden || routers.some(({ externalNetworkId }) => externalNetworkId === outside.id)) return [];
  return [
    {
      key: "network.externalNetwork",
      value: externalNetwork,
      problem: `is where the API's floating IP comes from, and no router leads there from the existing subnet ${existing?.subnetId}`,
      remedy:
        "Connect them (openstack router set --external-gateway, openstack router add subnet), or set hostroute:apiEndpoint.floatingIp to false.",
    },
  ];
}

/** Who owns a router's ports: `network:router_interface`, and with `_distributed` or in a pair of routers the like. */
export const ROUTER = "network:router_interface";

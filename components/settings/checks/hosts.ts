import { isAddress, offsetIn } from "../../addressing/ipv4";
import { Values } from "../values";
import { Check, check } from "./check";
import { named, RESERVED } from "./reserved";

/** What nodes ask before there is a pod or a Service, and what pods must find outside: no address of either is of use there. */
interface Needed {
  key: string;
  value: string;
  address: string;
}

const needed = ({ hosts, dnsServers }: Pick<Values, "hosts" | "dnsServers">): Needed[] => [
  ...hosts.flatMap(({ key, value, host }) => (isAddress(host) ? [{ key, value, address: host }] : [])),
  ...dnsServers.map((address, i) => ({ key: `network.dnsServers[${i}]`, value: address, address })),
];

const neededOfNobody = check(["hosts", "dnsServers"], (values) =>
  needed(values).flatMap(({ key, value, address }) => {
    const reserved = RESERVED.find(([block]) => block.contains(address));
    if (!reserved) return [];
    return [
      {
        key,
        value,
        problem: `is an address in ${named(reserved)}: not one that every node can reach`,
        remedy: "Give the address under which nodes reach it.",
      },
    ];
  }),
);

const neededInside = (name: "clusterCidr" | "serviceCidr"): Check =>
  check(["hosts", "dnsServers", name], (values: Pick<Values, "hosts" | "dnsServers" | typeof name>) =>
    needed(values)
      .filter(({ address }) => values[name].contains(address))
      .map((each) => ({
        key: each.key,
        value: each.value,
        problem: `is an address in hostroute:${name} ${values[name].toString()}, which nodes need before there is any pod or Service`,
        remedy: `Give an address outside of it, or choose another hostroute:${name}.`,
      })),
  );

/** The subnet's first and last address are nobody's. */
const neededInSubnet = check(["hosts", "dnsServers", "subnet"], ({ subnet, ...values }) =>
  needed(values)
    .filter(({ address }) => [0, subnet.size - 1].includes(offsetIn(subnet, address)))
    .map(({ key, value }) => ({
      key,
      value,
      problem: `is the first or last address of hostroute:network.cidr ${subnet.toString()}, which no host can have`,
      remedy: "Give the address under which nodes reach it.",
    })),
);

/** Neutron's `max_dns_nameservers`, 5 unless the cloud's operator changed it; resolvers ask the first three. */
const MOST_DNS_SERVERS = 5;

const dnsServers = check(["dnsServers"], ({ dnsServers }) => [
  ...dnsServers.flatMap((address, i) =>
    dnsServers.indexOf(address) < i
      ? [
          {
            key: `network.dnsServers[${i}]`,
            value: address,
            problem: "is listed twice, which Neutron refuses",
            remedy: "Remove one of the two.",
          },
        ]
      : [],
  ),
  ...(dnsServers.length > MOST_DNS_SERVERS
    ? [
        {
          key: "network.dnsServers",
          value: dnsServers,
          problem: `has ${dnsServers.length} servers, but Neutron takes ${MOST_DNS_SERVERS} (max_dns_nameservers)`,
          remedy: `List ${MOST_DNS_SERVERS} at most; resolvers ask the first three only.`,
        },
      ]
    : []),
]);

/** Hosts that nodes and pods need: the balancer, the mirror, registries, DNS servers. */
export const hostChecks: readonly Check[] = [
  neededOfNobody,
  neededInside("clusterCidr"),
  neededInside("serviceCidr"),
  neededInSubnet,
  dnsServers,
];

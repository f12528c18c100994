import { addressAt, offsetIn, overlaps, parseCidr } from "../../addressing/ipv4";
import { slotCapacity } from "../../addressing/podCidr";
import { Problem } from "../problem";
import { Values } from "../values";
import { Check, check } from "./check";

/** The ranges of a cluster, with some to suggest: the first that overlaps no other is named. Defaults come first. */
const RANGES = [
  { key: "network.cidr", value: "subnet", examples: ["10.106.1.0/24", "192.168.106.0/24", "172.22.106.0/24"] },
  { key: "clusterCidr", value: "clusterCidr", examples: ["10.200.0.0/16", "172.24.0.0/16", "10.64.0.0/16"] },
  { key: "serviceCidr", value: "serviceCidr", examples: ["10.32.0.0/24", "172.23.32.0/24", "10.96.0.0/24"] },
] as const;
type Name = (typeof RANGES)[number]["value"];

/** Node subnet, cluster CIDR and service CIDR may not share an address: a packet would have two places to go. */
const overlap = (one: Name, other: Name): Check => {
  const [first, second] = [one, other].map((name) => RANGES.find(({ value }) => value === name)!) as [Row, Row];
  return (values) =>
    check([one, other], ({ [one]: left, [other]: right }): Problem[] => {
      if (!overlaps(left, right)) return [];
      const how =
        right.bitmask === left.bitmask
          ? "is the same range as"
          : right.bitmask > left.bitmask
            ? "lies inside"
            : "contains";
      const free = second.examples.find((example) =>
        RANGES.every(({ value }) => {
          const taken = value === other ? undefined : values[value];
          return !taken || !overlaps(parseCidr(example), taken);
        }),
      );
      return [
        {
          key: second.key,
          value: right.toString(),
          problem: `${how} hostroute:${first.key} ${left.toString()}`,
          remedy: `Choose a range outside of it${free ? `, for example ${free}` : ""}.`,
        },
      ];
    })(values);
};
type Row = (typeof RANGES)[number];

/** The mask must cut the cluster CIDR into at least one block. */
const nodeMask = check(["clusterCidr", "nodeMask"], ({ clusterCidr, nodeMask }) => {
  if (slotCapacity(clusterCidr, nodeMask) > 0) return [];
  return [
    {
      key: "nodeMask",
      value: nodeMask,
      problem: `is less than the prefix length of hostroute:clusterCidr ${clusterCidr.toString()}: not even one podCIDR fits`,
      remedy:
        clusterCidr.bitmask <= 30
          ? `Choose a mask from ${clusterCidr.bitmask} to 30; the default is 24.`
          : "Choose a larger hostroute:clusterCidr; the default is 10.200.0.0/16.",
    },
  ];
});

/** Enough for the API's and the DNS Service's own addresses, with some left. */
const FEWEST_SERVICES = 16;

const serviceCidr = check(["serviceCidr"], ({ serviceCidr }) => {
  if (serviceCidr.size >= FEWEST_SERVICES) return [];
  return [
    {
      key: "serviceCidr",
      value: serviceCidr.toString(),
      problem: `holds ${serviceCidr.size} addresses, too few for Services`,
      remedy: "Choose a /28 or larger; the default is 10.32.0.0/24.",
    },
  ];
});

/** The DNS service's address, where it is set: inside of the service CIDR, and not the API's own (the first). */
const clusterDns = check(["serviceCidr", "clusterDns"], ({ serviceCidr, clusterDns }) => {
  if (clusterDns === undefined || serviceCidr.size < FEWEST_SERVICES) return [];
  const problem = wrongDns(serviceCidr, offsetIn(serviceCidr, clusterDns));
  if (!problem) return [];
  const example = `for example ${addressAt(serviceCidr, 10)}`;
  const remedy = `Choose another address in it, ${example}, or leave the key out.`;
  return [{ key: "clusterDns", value: clusterDns, problem, remedy }];
});

function wrongDns(serviceCidr: Values["serviceCidr"], offset: number): string | undefined {
  if (offset < 0 || offset >= serviceCidr.size) return `is outside of hostroute:serviceCidr ${serviceCidr.toString()}`;
  if (offset === 1) return "is the API's own service address, the first of hostroute:serviceCidr";
  if (offset === 0 || offset === serviceCidr.size - 1)
    return "is the first or last address of hostroute:serviceCidr, which no Service can have";
  return undefined;
}

/** Below are a node's own services, SSH and its DHCP client among them: what a Service takes there, the node no longer has. */
const LOWEST_PORT = 1_024;
/** From the next one on, Linux takes ports for connections of the node's own (net.ipv4.ip_local_port_range). */
const HIGHEST_PORT = 32_767;

/** A range of ports, in order. It may hold 6443, as the default does: only workers have NodePorts. */
const nodePorts = check(["nodePorts"], ({ nodePorts: [first, last] }) => {
  const found = (problem: string, remedy: string): Problem[] => [
    { key: "serviceNodePortRange", value: `${first}-${last}`, problem, remedy },
  ];
  if (first > last) return found("ends before it begins", `Write ${last}-${first}.`);
  if (first >= LOWEST_PORT && last <= HIGHEST_PORT) return [];
  return found(
    `is not within ${LOWEST_PORT}-${HIGHEST_PORT}: below are ports of nodes' own services, such as SSH on 22 and DHCP on 68, above those from which they open connections`,
    "Choose a range within it, for example 3000-32767, the default.",
  );
});

export const rangeChecks: readonly Check[] = [
  overlap("subnet", "clusterCidr"),
  overlap("subnet", "serviceCidr"),
  overlap("clusterCidr", "serviceCidr"),
  nodeMask,
  serviceCidr,
  clusterDns,
  nodePorts,
];

import { addressAt, offsetIn, overlaps, parseCidr } from "../../addressing/ipv4";
import { slotCapacity } from "../../addressing/podCidr";
import { Problem } from "../problem";
import { Settings } from "../schema";

/** Ranges for a remedy: the first of them that is clear of the others. The seed's own values come first. */
const EXAMPLES: Record<string, string[]> = {
  "network.cidr": ["10.106.1.0/24", "192.168.106.0/24", "172.22.106.0/24"],
  clusterCidr: ["10.200.0.0/16", "172.24.0.0/16", "10.64.0.0/16"],
  serviceCidr: ["10.32.0.0/24", "172.23.32.0/24", "10.96.0.0/24"],
};

/** Node subnet, cluster CIDR and service CIDR may not share an address: a packet would have two places to go. */
export function overlapProblems(settings: Settings): Problem[] {
  const ranges: [string, string][] = [
    ["network.cidr", settings.network.cidr],
    ["clusterCidr", settings.clusterCidr],
    ["serviceCidr", settings.serviceCidr],
  ];
  return ranges.flatMap(([otherKey, otherValue], i) =>
    ranges.slice(i + 1).flatMap(([key, value]): Problem[] => {
      const [block, other] = [parseCidr(value), parseCidr(otherValue)];
      if (!overlaps(block, other)) return [];
      const how =
        block.bitmask === other.bitmask
          ? "is the same range as"
          : block.bitmask > other.bitmask
            ? "lies inside"
            : "holds";
      const free = EXAMPLES[key]?.find((example) =>
        ranges.every(([k, v]) => k === key || !overlaps(parseCidr(example), parseCidr(v))),
      );
      return [
        {
          key,
          value,
          also: [otherKey],
          problem: `${how} hostroute:${otherKey} ${otherValue}`,
          remedy: `Choose a range outside of it${free ? `, for example ${free}` : ""}.`,
        },
      ];
    }),
  );
}

/** The mask must cut the cluster CIDR into at least one block. */
export function nodeMaskProblems({ clusterCidr, nodeMask }: Settings): Problem[] {
  const { bitmask } = parseCidr(clusterCidr);
  if (slotCapacity(parseCidr(clusterCidr), nodeMask) > 0) return [];
  return [
    {
      key: "nodeMask",
      value: nodeMask,
      also: ["clusterCidr"],
      problem: `is wider than hostroute:clusterCidr ${clusterCidr}: not one node's podCIDR fits`,
      remedy:
        bitmask <= 30
          ? `Choose a mask from ${bitmask} to 30; the seed's is 24.`
          : "Choose a wider hostroute:clusterCidr; the seed's is 10.200.0.0/16.",
    },
  ];
}

/** The DNS service's address, the 10th of the service CIDR unless set: inside, and not the API's own (the first). */
export function clusterDnsProblems(settings: Settings): Problem[] {
  const block = parseCidr(settings.serviceCidr);
  if (block.size < 16) {
    return [
      {
        key: "serviceCidr",
        value: settings.serviceCidr,
        problem: `holds ${block.size} addresses, too few for services`,
        remedy: "Choose a /28 or wider; the seed's is 10.32.0.0/24.",
      },
    ];
  }
  const dns = settings.clusterDns;
  if (dns === undefined) return [];
  const offset = offsetIn(block, dns);
  const example = `for example ${addressAt(block, 10)}`;
  const found = (problem: string): Problem[] => [
    {
      key: "clusterDns",
      value: dns,
      also: ["serviceCidr"],
      problem,
      remedy: `Choose another address of it, ${example}, or leave the key out.`,
    },
  ];
  if (offset < 0 || offset >= block.size) return found(`is outside of hostroute:serviceCidr ${settings.serviceCidr}`);
  if (offset === 1) return found("is the API's own service address, the first of hostroute:serviceCidr");
  if (offset === 0 || offset === block.size - 1)
    return found("is the first or last address of hostroute:serviceCidr, which no service gets");
  return [];
}

/** NodePorts: a range of ports in order. It may hold 6443 (the seed's does) as long as the API is not behind a worker's address. */
export function nodePortProblems(settings: Settings, workerAddresses: readonly string[]): Problem[] {
  const value = settings.serviceNodePortRange;
  const [first = 0, last = 0] = value.split("-").map(Number);
  const found = (problem: string, remedy: string): Problem[] => [
    { key: "serviceNodePortRange", value, problem, remedy },
  ];
  if (Math.min(first, last) < 1 || Math.max(first, last) > 65_535)
    return found("leaves the ports 1 to 65535", "Choose a range inside, for example 3000-32767.");
  if (first > last) return found("ends before it begins", `Write ${last}-${first}.`);
  const { loadBalancer } = settings.controlPlane;
  if (loadBalancer && workerAddresses.includes(loadBalancer) && first <= 443 && last >= 443) {
    return found(
      `holds 443, where the API answers at hostroute:controlPlane.loadBalancer ${loadBalancer}, a worker's address`,
      "Begin the range above 443, or put the balancer elsewhere.",
    );
  }
  return [];
}

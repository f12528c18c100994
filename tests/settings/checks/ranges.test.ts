import { formatProblem } from "../../../components/settings/problem";
import { validate } from "../../../components/settings/validate";

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "service CIDR = cluster CIDR",
    { serviceCidr: "10.200.0.0/16" },
    [
      "hostroute:serviceCidr 10.200.0.0/16 is the same range as hostroute:clusterCidr 10.200.0.0/16.\n  Choose a range outside of it, for example 10.32.0.0/24.",
    ],
  ],
  [
    "service CIDR in cluster CIDR",
    { serviceCidr: "10.200.3.0/24" },
    [
      "hostroute:serviceCidr 10.200.3.0/24 lies inside hostroute:clusterCidr 10.200.0.0/16.\n  Choose a range outside of it, for example 10.32.0.0/24.",
    ],
  ],
  [
    "service CIDR around cluster CIDR",
    { serviceCidr: "10.200.0.0/15" },
    [
      "hostroute:serviceCidr 10.200.0.0/15 contains hostroute:clusterCidr 10.200.0.0/16.\n  Choose a range outside of it, for example 10.32.0.0/24.",
    ],
  ],
  [
    "service CIDR = node subnet",
    { serviceCidr: "10.106.1.0/24" },
    [
      "hostroute:serviceCidr 10.106.1.0/24 is the same range as hostroute:network.cidr 10.106.1.0/24.\n  Choose a range outside of it, for example 10.32.0.0/24.",
    ],
  ],
  [
    "service CIDR in node subnet",
    { serviceCidr: "10.106.1.0/25" },
    [
      "hostroute:serviceCidr 10.106.1.0/25 lies inside hostroute:network.cidr 10.106.1.0/24.\n  Choose a range outside of it, for example 10.32.0.0/24.",
    ],
  ],
  [
    "service CIDR around node subnet",
    { serviceCidr: "10.96.0.0/12", clusterCidr: "172.24.0.0/16" },
    [
      "hostroute:serviceCidr 10.96.0.0/12 contains hostroute:network.cidr 10.106.1.0/24.\n  Choose a range outside of it, for example 10.32.0.0/24.",
    ],
  ],
  [
    "cluster CIDR = node subnet",
    { clusterCidr: "10.106.1.0/24", workerPools: [] },
    [
      "hostroute:clusterCidr 10.106.1.0/24 is the same range as hostroute:network.cidr 10.106.1.0/24.\n  Choose a range outside of it, for example 10.200.0.0/16.",
    ],
  ],
  [
    "cluster CIDR in node subnet",
    { clusterCidr: "10.106.1.0/25", nodeMask: 26, workerPools: [] },
    [
      "hostroute:clusterCidr 10.106.1.0/25 lies inside hostroute:network.cidr 10.106.1.0/24.\n  Choose a range outside of it, for example 10.200.0.0/16.",
    ],
  ],
  [
    "cluster CIDR around node subnet",
    { clusterCidr: "10.106.0.0/16" },
    [
      "hostroute:clusterCidr 10.106.0.0/16 contains hostroute:network.cidr 10.106.1.0/24.\n  Choose a range outside of it, for example 10.200.0.0/16.",
    ],
  ],
  [
    "a remedy that itself overlaps is not given",
    { network: { cidr: "10.32.0.0/16" }, serviceCidr: "10.32.0.0/24" },
    [
      "hostroute:serviceCidr 10.32.0.0/24 lies inside hostroute:network.cidr 10.32.0.0/16.\n  Choose a range outside of it, for example 172.23.32.0/24.",
    ],
  ],
  [
    "a node mask wider than the cluster CIDR",
    { nodeMask: 15 },
    [
      "hostroute:nodeMask 15 is less than the prefix length of hostroute:clusterCidr 10.200.0.0/16: not even one podCIDR fits.\n  Choose a mask from 16 to 30; the default is 24.",
    ],
  ],
  [
    "a cluster CIDR narrower than any mask",
    { clusterCidr: "10.200.0.0/31", workerPools: [] },
    [
      "hostroute:nodeMask 24 is less than the prefix length of hostroute:clusterCidr 10.200.0.0/31: not even one podCIDR fits.\n  Choose a larger hostroute:clusterCidr; the default is 10.200.0.0/16.",
    ],
  ],
  [
    "a DNS address outside of the service CIDR",
    { clusterDns: "10.33.0.10" },
    [
      "hostroute:clusterDns 10.33.0.10 is outside of hostroute:serviceCidr 10.32.0.0/24.\n  Choose another address in it, for example 10.32.0.10, or leave the key out.",
    ],
  ],
  [
    "a DNS address that is the range's first",
    { clusterDns: "10.32.0.0" },
    [
      "hostroute:clusterDns 10.32.0.0 is the first or last address of hostroute:serviceCidr, which no Service can have.\n  Choose another address in it, for example 10.32.0.10, or leave the key out.",
    ],
  ],
  [
    "a DNS address that is the range's last",
    { clusterDns: "10.32.0.255" },
    [
      "hostroute:clusterDns 10.32.0.255 is the first or last address of hostroute:serviceCidr, which no Service can have.\n  Choose another address in it, for example 10.32.0.10, or leave the key out.",
    ],
  ],
  [
    "a DNS address that is the API's",
    { clusterDns: "10.32.0.1" },
    [
      "hostroute:clusterDns 10.32.0.1 is the API's own service address, the first of hostroute:serviceCidr.\n  Choose another address in it, for example 10.32.0.10, or leave the key out.",
    ],
  ],
  [
    "a service CIDR below /28",
    { serviceCidr: "10.32.0.0/29" },
    [
      "hostroute:serviceCidr 10.32.0.0/29 holds 8 addresses, too few for Services.\n  Choose a /28 or larger; the default is 10.32.0.0/24.",
    ],
  ],
  [
    "a port range backwards",
    { serviceNodePortRange: "32767-3000" },
    ["hostroute:serviceNodePortRange 32767-3000 ends before it begins.\n  Write 3000-32767."],
  ],
  [
    "a port range beyond 65535",
    { serviceNodePortRange: "3000-70000" },
    [
      "hostroute:serviceNodePortRange 3000-70000 is not within 1024-32767: below are ports of nodes' own services, such as SSH on 22 and DHCP on 68, above those from which they open connections.\n  Choose a range within it, for example 3000-32767, the default.",
    ],
  ],
  [
    "a port range from 0",
    { serviceNodePortRange: "0-70" },
    [
      "hostroute:serviceNodePortRange 0-70 is not within 1024-32767: below are ports of nodes' own services, such as SSH on 22 and DHCP on 68, above those from which they open connections.\n  Choose a range within it, for example 3000-32767, the default.",
    ],
  ],
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});

it("takes ranges side by side", () => {
  const raw = { clusterName: "dev", clusterCidr: "10.106.2.0/23", workerPools: [{ name: "a", count: 2 }] };
  expect(validate(raw).problems).toEqual([]);
});

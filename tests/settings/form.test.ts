import { formatProblem } from "../../components/settings/problem";
import { validate } from "../../components/settings/validate";

/** What it is about, the configuration, and every problem that it must bring, word for word. */
type Row = [name: string, raw: Record<string, unknown>, problems: string[]];

const rows: Row[] = [
  [
    "a CIDR without prefix",
    { clusterCidr: "10.200.0.0" },
    ["hostroute:clusterCidr 10.200.0.0 is not an IPv4 CIDR.\n  Write address/prefix, for example 10.200.0.0/16."],
  ],
  [
    "a CIDR with host bits",
    { clusterCidr: "10.200.0.1/16" },
    ["hostroute:clusterCidr 10.200.0.1/16 has host bits set.\n  Write the network's first address: 10.200.0.0/16."],
  ],
  [
    "a CIDR with an octet above 255",
    { clusterCidr: "10.300.0.0/16" },
    ["hostroute:clusterCidr 10.300.0.0/16 is not an IPv4 CIDR.\n  Write address/prefix, for example 10.200.0.0/16."],
  ],
  [
    "a CIDR with a prefix above 32",
    { serviceCidr: "10.32.0.0/33" },
    ["hostroute:serviceCidr 10.32.0.0/33 is not an IPv4 CIDR.\n  Write address/prefix, for example 10.200.0.0/16."],
  ],
  [
    "a CIDR with leading zeros",
    { network: { cidr: "010.106.1.0/24" } },
    ["hostroute:network.cidr 010.106.1.0/24 is not an IPv4 CIDR.\n  Write address/prefix, for example 10.200.0.0/16."],
  ],
  [
    "a listed CIDR that is an address",
    { access: { ssh: ["1.2.3.4"] } },
    ["hostroute:access.ssh[0] 1.2.3.4 is not an IPv4 CIDR.\n  Write address/prefix, for example 10.200.0.0/16."],
  ],
  [
    "an address that is none",
    { network: { gateway: "gateway" } },
    ["hostroute:network.gateway gateway is not an IPv4 address.\n  Write a dotted quad, for example 10.106.1.1."],
  ],
  [
    "a node mask beyond /30",
    { nodeMask: 31 },
    ["hostroute:nodeMask 31 is not valid.\n  Too big: expected number to be <=30: see docs/configuration.md."],
  ],
  [
    "a node mask that is text",
    { nodeMask: "/24" },
    ["hostroute:nodeMask /24 is not valid.\n  Expected number, received string: see docs/configuration.md."],
  ],
  [
    "a count below none",
    { workerPools: [{ name: "worker", count: -1 }] },
    [
      "hostroute:workerPools[0].count -1 is not valid.\n  Too small: expected number to be >=0: see docs/configuration.md.",
    ],
  ],
  [
    "a count with a fraction",
    { workerPools: [{ name: "worker", count: 1.5 }] },
    ["hostroute:workerPools[0].count 1.5 is not valid.\n  Expected int, received number: see docs/configuration.md."],
  ],
  [
    "a count beyond reason",
    { workerPools: [{ name: "worker", count: 1e12 }] },
    [
      "hostroute:workerPools[0].count 1000000000000 is not valid.\n  Too big: expected number to be <=65535: see docs/configuration.md.",
    ],
  ],
  [
    "a pool without name",
    { workerPools: [{ count: 1 }] },
    ["hostroute:workerPools[0].name is missing.\n  Expected string: see docs/configuration.md."],
  ],
  [
    "a pool's name with capitals",
    { workerPools: [{ name: "Worker_1", count: 1 }] },
    [
      "hostroute:workerPools[0].name Worker_1 is not a DNS label.\n  Use lower-case letters, digits and inner hyphens, 63 at most (RFC 1123).",
    ],
  ],
  [
    "a pool's name of 64 characters",
    { workerPools: [{ name: "a".repeat(64), count: 1 }] },
    [
      "hostroute:workerPools[0].name aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa is not a DNS label.\n  Use lower-case letters, digits and inner hyphens, 63 at most (RFC 1123).",
    ],
  ],
  [
    "a cluster name with a space",
    { clusterName: "Dev Stack" },
    [
      "hostroute:clusterName Dev Stack is not a DNS label.\n  Use lower-case letters, digits and inner hyphens, 63 at most (RFC 1123).",
    ],
  ],
  [
    "a domain with capitals",
    { clusterDomain: "Cluster.local" },
    [
      "hostroute:clusterDomain Cluster.local is not a DNS name.\n  Use DNS labels joined by dots, for example cluster.local.",
    ],
  ],
  [
    "an even control plane",
    { controlPlane: { count: 2 } },
    ["hostroute:controlPlane.count 2 is not 1, 3 or 5.\n  Choose an odd number up to 5: etcd needs a majority."],
  ],
  [
    "a version that is a word",
    { kubernetesVersion: "latest" },
    ['hostroute:kubernetesVersion latest is not a Kubernetes release.\n  Write it in quotes, for example "1.36.3".'],
  ],
  [
    "a port range with one port",
    { serviceNodePortRange: "3000" },
    ["hostroute:serviceNodePortRange 3000 is not a port range.\n  Write first-last, for example 3000-32767."],
  ],
  [
    "a digest that is none",
    { artifacts: { sha256: { "host/file": "abc" } } },
    ["hostroute:artifacts.sha256.host/file abc is not a SHA-256.\n  Write 64 lower-case hexadecimal digits."],
  ],
  [
    "a mirror without scheme",
    { artifacts: { baseUrl: "mirror.example" } },
    ["hostroute:artifacts.baseUrl mirror.example is not a URL.\n  Write http(s)://host/path of the mirror."],
  ],
  [
    "a public key that is none",
    { sshPublicKey: "nonsense" },
    ["hostroute:sshPublicKey nonsense is not an OpenSSH public key.\n  Give the line of the .pub file."],
  ],
  [
    "a relative path, and a mode in letters",
    { controlPlane: { extraFiles: [{ path: "etc/x", content: "", permissions: "rw" }] } },
    [
      "hostroute:controlPlane.extraFiles[0].path etc/x is not an absolute path.\n  Begin with a slash; no white space.",
      'hostroute:controlPlane.extraFiles[0].permissions rw is not a file mode.\n  Write octal digits in quotes: "0644".',
    ],
  ],
  [
    "a taint with an unknown effect",
    { workerPools: [{ name: "worker", count: 1, taints: [{ key: "a", effect: "Never" }] }] },
    [
      'hostroute:workerPools[0].taints[0].effect Never is not valid.\n  Expected one of "NoSchedule"|"PreferNoSchedule"|"NoExecute": see docs/configuration.md.',
    ],
  ],
  [
    "a Pod Security level that there is not",
    { podSecurity: "strict" },
    [
      'hostroute:podSecurity strict is not valid.\n  Expected one of "privileged"|"baseline"|"restricted": see docs/configuration.md.',
    ],
  ],
  [
    "a policy of server groups that keeps nothing apart, and no room in one",
    { controlPlane: { serverGroup: "affinity" }, maxServerGroupMembers: 0 },
    [
      'hostroute:controlPlane.serverGroup affinity is not valid.\n  Expected one of "soft-anti-affinity"|"anti-affinity"|"none": see docs/configuration.md.',
      "hostroute:maxServerGroupMembers 0 is not valid.\n  Too small: expected number to be >=1: see docs/configuration.md.",
    ],
  ],
  [
    "a rollout without end",
    { rollout: { maxUnavailable: 0, drainTimeout: 0 } },
    [
      "hostroute:rollout.maxUnavailable 0 is not valid.\n  Too small: expected number to be >=1: see docs/configuration.md.",
      "hostroute:rollout.drainTimeout 0 is not valid.\n  Too small: expected number to be >=1: see docs/configuration.md.",
    ],
  ],
  [
    "an MTU below IPv6's",
    { network: { mtu: 100 } },
    ["hostroute:network.mtu 100 is not valid.\n  Too small: expected number to be >=1280: see docs/configuration.md."],
  ],
  [
    "certificates of an hour",
    { certificates: { validityHours: 1 } },
    [
      "hostroute:certificates.validityHours 1 is not valid.\n  Too small: expected number to be >=24: see docs/configuration.md.",
    ],
  ],
  [
    "a route tier that is not built",
    { network: { routeTier: "router" } },
    [
      'hostroute:network.routeTier router is not valid.\n  Expected one of "auto"|"subnet"|"nodes": see docs/configuration.md.',
    ],
  ],
  [
    "text for a map",
    { network: "10.106.1.0/24" },
    ["hostroute:network 10.106.1.0/24 is not valid.\n  Expected object, received string: see docs/configuration.md."],
  ],
  [
    "text that is no JSON for a list",
    { workerPools: "[{]" },
    ["hostroute:workerPools [{] is not valid.\n  Expected array, received string: see docs/configuration.md."],
  ],
  [
    "text for a boolean",
    { allowInsecure: "yes" },
    ["hostroute:allowInsecure yes is not valid.\n  Expected boolean, received string: see docs/configuration.md."],
  ],
  [
    "a misspelt key",
    { clusterCdir: "10.200.0.0/16" },
    ["hostroute:clusterCdir 10.200.0.0/16 is not a known key.\n  Did you mean clusterCidr?"],
  ],
  [
    "a misspelt key in a map",
    { network: { maxHostRoute: 3 } },
    ["hostroute:network.maxHostRoute 3 is not a known key.\n  Did you mean maxHostRoutes?"],
  ],
  [
    "a misspelt key in a list",
    { workerPools: [{ name: "worker", count: 1, nmae: "x" }] },
    ["hostroute:workerPools[0].nmae x is not a known key.\n  Did you mean name?"],
  ],
  [
    "a misspelt key two maps deep",
    { artifacts: { versions: { etdc: "3.6.5" } } },
    ["hostroute:artifacts.versions.etdc 3.6.5 is not a known key.\n  Did you mean etcd?"],
  ],
  [
    "a key like no other",
    { zzzzzzzz: true },
    [
      "hostroute:zzzzzzzz true is not a known key.\n  Remove it, or use one of: clusterName, kubernetesVersion, clusterCidr, nodeMask, serviceCidr, serviceNodePortRange, clusterDns, clusterDomain, network, apiEndpoint, controlPlane, workerPools, maxServerGroupMembers, rollout, preflight, sshPublicKey, access, artifacts, images, certificates, keys, snapshots, recovery, podSecurity, allowInsecure.",
    ],
  ],
];

it.each(rows)("refuses %s", (_name, raw, expected) => {
  expect(validate({ clusterName: "dev", ...raw }).problems.map(formatProblem)).toEqual(expected);
});

import { generateKeyPairSync } from "node:crypto";

/** One kind of bad input, as an operator or an attacker may write it. */
export interface BadInput {
  kind: string;
  /** The keys of the configuration that it takes; all others have their defaults. */
  raw: Record<string, unknown>;
  /** The key that the problem must name. */
  key: string;
  /** What became of it before these checks were written, found by running this table at commit e2a3cc2. */
  before: "accepted" | "refused";
}

type Row = readonly [kind: string, value: unknown, before?: "refused"];

/** Rows of one key: each value in the place that `put` gives it. */
const rowsOf = (key: string, put: (value: never) => Record<string, unknown>, rows: readonly Row[]): BadInput[] =>
  rows.map(([kind, value, before]): BadInput => ({
    kind: `${key}: ${kind}`,
    raw: put(value as never),
    key,
    before: before ?? "accepted",
  }));

export const pool = (more: object) => ({ workerPools: [{ name: "worker", count: 1, ...more }] });
const network = (key: string) => (value: unknown) => ({ network: { [key]: value } });
const dotted = (key: string) => (value: unknown) => ({ [key.split(".")[0]!]: { [key.split(".")[1]!]: value } });
export const NETWORK_ID = "1f0e6a52-0000-4000-8000-000000000001";
export const SUBNET_ID = "1f0e6a52-0000-4000-8000-000000000002";
export const ROUTER_ID = "1f0e6a52-0000-4000-8000-000000000004";
export const SECURITY_GROUP_ID = "1f0e6a52-0000-4000-8000-000000000003";

const certificates: BadInput[] = [
  ...rowsOf("certificates.adminValidityHours", (certificates) => ({ certificates }), [
    ["outlives the authority", { adminValidityHours: 90_000 }],
    ["an hour beyond 64-bit nanoseconds", { adminValidityHours: 2_562_048, caValidityHours: 2_562_047 }],
  ]),
  ...rowsOf("certificates.validityHours", (certificates) => ({ certificates }), [
    ["outlives the authority", { validityHours: 90_000 }],
    ["ends with the authority, which was made before", { validityHours: 87_600 }],
    ["a short authority", { caValidityHours: 8_000 }],
    ["10^9 hours", { validityHours: 1e9, caValidityHours: 2_562_047 }],
    ["an hour beyond 64-bit nanoseconds", { validityHours: 2_562_048, caValidityHours: 2_562_047 }],
    ["none", { validityHours: 0 }, "refused"],
    ["negative", { validityHours: -24 }, "refused"],
    ["a fraction", { validityHours: 24.5 }, "refused"],
    ["text", { validityHours: "8760" }, "refused"],
  ]),
  ...rowsOf("certificates.caValidityHours", dotted("certificates.caValidityHours"), [
    ["10^9 hours", 1e9],
    ["an hour beyond 64-bit nanoseconds", 2_562_048],
    ["none", 0, "refused"],
    ["negative", -1, "refused"],
  ]),
  ...rowsOf("certificates.earlyRenewalHours", dotted("certificates.earlyRenewalHours"), [
    ["never not due", 8_760, "refused"],
    ["none", 0, "refused"],
    ["negative", -720, "refused"],
    ["10^9 hours", 1e9, "refused"],
  ]),
];

/** The same wrong ranges for each of the three. */
const wrongRanges: readonly Row[] = [
  ["this network", "0.0.0.0/16"],
  ["all of it", "0.0.0.0/0", "refused"],
  ["loopback", "127.0.0.0/16"],
  ["loopback inside", "126.0.0.0/7"],
  ["link-local, the metadata's", "169.254.0.0/16"],
  ["a part of link-local", "169.254.168.0/22"],
  ["multicast", "224.0.0.0/16"],
  ["reserved", "240.0.0.0/16"],
  ["the last addresses", "255.255.252.0/22"],
  ["half of the Internet", "128.0.0.0/1"],
];
const none = { workerPools: [] };
const ranges: BadInput[] = [
  ...rowsOf("clusterCidr", (clusterCidr) => ({ clusterCidr, ...none }), [
    ...wrongRanges,
    ["wider than any private range", "12.0.0.0/7"],
    ["holds the node subnet", "10.0.0.0/8", "refused"],
  ]),
  ...rowsOf("serviceCidr", (serviceCidr) => ({ serviceCidr, ...none }), [
    ...wrongRanges,
    ["more than kube-apiserver takes", "172.0.0.0/11"],
    ["the cluster CIDR's second half", "10.200.128.0/17", "refused"],
    ["too small", "10.32.0.0/29", "refused"],
  ]),
  ...rowsOf("network.cidr", (cidr) => ({ network: { cidr }, ...none }), [
    ...wrongRanges,
    ["too small", "10.106.1.0/29", "refused"],
  ]),
  ...rowsOf("network.nonMasqueradeCidrs[1]", (cidr) => ({ network: { nonMasqueradeCidrs: ["10.0.0.0/8", cidr] } }), [
    ["loopback", "127.0.0.0/8"],
    ["the metadata's address", "169.254.169.254/32"],
    ["multicast", "224.0.0.0/4"],
    ["this network", "0.0.0.0/8"],
    ["the broadcast address", "255.255.255.255/32"],
  ]),
  ...["ssh", "api", "nodePorts"].flatMap((list) =>
    rowsOf(`access.${list}[0]`, (cidr) => ({ access: { [list]: [cidr] } }), [
      ["inside of the cluster CIDR", "10.200.7.0/24"],
      ["inside of the service CIDR", "10.32.0.128/25"],
      ["inside of the node subnet", "10.106.1.0/26"],
      ["loopback", "127.0.0.1/32"],
    ]),
  ),
  ...rowsOf("access.ssh[0]", (cidr) => ({ access: { ssh: [cidr] } }), [
    ["the whole cluster CIDR", "10.200.0.0/16"],
    ["the whole node subnet", "10.106.1.0/24"],
    ["partly in the allocation pool", "10.106.1.192/27"],
    ["link-local", "169.254.0.0/16"],
    ["multicast", "239.0.0.0/8"],
    ["an address without prefix", "198.51.100.7", "refused"],
    ["IPv6", "2001:db8::/32", "refused"],
  ]),
];

const dnsServers: BadInput[] = [
  ...rowsOf("network.dnsServers[0]", (address) => ({ network: { dnsServers: [address] } }), [
    ["a pod's address", "10.200.0.53"],
    ["the cluster's own DNS", "10.32.0.10"],
    ["a Service's address", "10.32.0.53"],
    ["loopback", "127.0.0.1"],
    ["systemd-resolved's stub", "127.0.0.53"],
    ["no address", "0.0.0.0"],
    ["link-local", "169.254.169.254"],
    ["multicast", "224.0.0.251"],
    ["the broadcast address", "255.255.255.255"],
    ["the node subnet itself", "10.106.1.0"],
    ["the node subnet's broadcast address", "10.106.1.255"],
  ]),
  ...rowsOf("network.dnsServers[1]", (dnsServers) => ({ network: { dnsServers } }), [
    ["twice", ["9.9.9.9", "9.9.9.9"]],
  ]),
  ...rowsOf("network.dnsServers", network("dnsServers"), [
    ["more than Neutron takes", [1, 2, 3, 4, 5, 6].map((n) => `192.0.2.${n}`)],
    ["a name", ["dns.example.com"], "refused"],
    ["text for a list", "9.9.9.9", "refused"],
  ]).map((row) => (row.kind.endsWith("a name") ? { ...row, key: "network.dnsServers[0]" } : row)),
  ...rowsOf("clusterDns", (clusterDns) => ({ clusterDns }), [
    ["outside of the service CIDR", "10.33.0.10", "refused"],
    ["the API's", "10.32.0.1", "refused"],
    ["the last address", "10.32.0.255", "refused"],
    ["leading zeros", "10.32.0.010", "refused"],
  ]),
];

const hosts: BadInput[] = [
  ...rowsOf("apiEndpoint.host", (host) => ({ apiEndpoint: { kind: "external", host } }), [
    ["a URL", "https://api.example.com"],
    ["with a port", "api.example.com:443"],
    ["an address with a port", "10.106.1.240:6443"],
    ["an address with an octet above 255", "10.106.1.300"],
    ["a space", "a b"],
    ["three numbers", "10.106.1"],
    ["leading zeros", "10.106.01.240"],
    ["IPv6", "2001:db8::1"],
    ["IPv6 in brackets", "[2001:db8::1]"],
    ["with a path", "api.example.com/"],
    ["capitals", "API.example.com"],
    ["a dot at the end", "api.example.com."],
    ["an empty label", "api..example.com"],
    ["an underscore", "api_1.example.com"],
    ["a wildcard", "*.example.com"],
    ["a hyphen first", "-api.example.com"],
    ["a line break", "api.example.com\nx"],
    ["a user", "me@api.example.com"],
    ["a shell's variable", "$(reboot)"],
    ["a label of 64 characters", `${"a".repeat(64)}.example.com`],
    ["254 characters", `${"a.".repeat(126)}aa`],
    ["localhost", "localhost"],
    ["below localhost", "api.localhost"],
    ["loopback", "127.0.0.1"],
    ["no address", "0.0.0.0"],
    ["multicast", "224.0.0.18"],
    ["a pod's address", "10.200.3.4"],
    ["a Service's address", "10.32.0.1"],
    ["the node subnet's broadcast address", "10.106.1.255"],
  ]),
  ...rowsOf("artifacts.baseUrl", dotted("artifacts.baseUrl"), [
    ["a password", "https://me:secret@mirror.example.com/k8s"],
    ["a user name", "https://me@mirror.example.com"],
    ["port 0", "https://mirror.example.com:0"],
    ["a port above 65535", "https://mirror.example.com:65536"],
    ["a port that is no number", "https://mirror.example.com:https"],
    ["an empty port", "https://mirror.example.com:/k8s"],
    ["a query", "https://mirror.example.com/k8s?token=1"],
    ["a fragment", "https://mirror.example.com/k8s#top"],
    ["a path with ..", "https://mirror.example.com/k8s/../x"],
    ["a path with quotes", 'https://mirror.example.com/"k8s"'],
    ["half an escape", "https://mirror.example.com/k8s%2"],
    ["an address that is none", "http://10.106.1.300/k8s"],
    ["capitals in the host", "https://Mirror.example.com"],
    ["an underscore in the host", "https://my_mirror.example.com"],
    ["a pod's address", "http://10.200.1.1/k8s"],
    ["a Service's address", "http://10.32.0.99:8080"],
    ["loopback", "http://127.0.0.1:8080"],
    ["a space", "https://mirror.example.com/k 8s", "refused"],
    ["another scheme", "ftp://mirror.example.com", "refused"],
    ["no scheme", "mirror.example.com", "refused"],
    ["no host", "https:///k8s", "refused"],
  ]),
];

const label = (key: string, value: unknown = "x") => ({ [key]: value });
const LABELS = "workerPools[0].labels";
const labels: BadInput[] = [
  ...rowsOf(LABELS, (labels) => pool({ labels }), [
    ["a key with a space", label("a b")],
    ["an empty key", label("")],
    ["a key with two slashes", label("a/b/c")],
    ["a prefix alone", label("example.com/")],
    ["a slash first", label("/a")],
    ["a prefix with capitals", label("Example.com/a")],
    ["a prefix with an underscore", label("my_example.com/a")],
    ["a key of 64 characters", label("a".repeat(64))],
    ["a prefix of 254 characters", label(`${"a.".repeat(126)}aa/b`)],
    ["a key with a hyphen last", label("a-")],
    ["a key with a line break", label("a\nb")],
    ["a key with a letter of another alphabet", label("größe")],
    ["the program's own", label("hostroute.dev/pool")],
    ["below the program's own", label("x.hostroute.dev/y")],
    ["kubelet's host name", label("kubernetes.io/hostname")],
    ["kubelet's architecture", label("kubernetes.io/arch")],
    ["kubelet's old name of the system", label("beta.kubernetes.io/os")],
    ["Kubernetes' namespace", label("kubernetes.io/role")],
    ["a misspelt namespace of Kubernetes'", label("node-roles.kubernetes.io/gpu")],
    ["the namespace of a Kubernetes project", label("k8s.io/a")],
  ]),
  ...(
    [
      ["a space", "a b"],
      ["64 characters", "a".repeat(64)],
      ["a hyphen first", "-a"],
      ["a dot last", "a."],
      ["a slash", "a/b"],
      ["a line break", "a\n"],
      ["a letter of another alphabet", "groß"],
      ["a boolean", true, "refused"],
      ["a number", 1, "refused"],
    ] as Row[]
  ).flatMap((row) => rowsOf(`${LABELS}.a`, (value) => pool({ labels: label("a", value) }), [row])),
  ...rowsOf("workerPools[0].taints[0].key", (key) => pool({ taints: [{ key, effect: "NoSchedule" }] }), [
    ["a space", "a b"],
    ["two slashes", "a/b/c"],
    ["64 characters", "a".repeat(64)],
    ["a prefix with capitals", "Example.com/a"],
    ["an equals sign", "dedicated=gpu"],
    ["the program's own", "hostroute.dev/pool"],
    ["the node controller's", "node.kubernetes.io/not-ready"],
    ["the scheduler's", "node.kubernetes.io/unschedulable"],
    ["the cloud controller's", "node.cloudprovider.kubernetes.io/uninitialized"],
    ["none", "", "refused"],
  ]),
  ...rowsOf(
    "workerPools[0].taints[0].value",
    (value) => pool({ taints: [{ key: "a", value, effect: "NoSchedule" }] }),
    [
      ["a space", "a b"],
      ["64 characters", "a".repeat(64)],
      ["a colon", "gpu:NoSchedule"],
    ],
  ),
  ...rowsOf("workerPools[0].taints[1]", (taints) => pool({ taints }), [
    ["twice", [1, 2].map(() => ({ key: "a", value: "b", effect: "NoSchedule" }))],
    ["twice, with two values", ["b", "c"].map((value) => ({ key: "a", value, effect: "NoExecute" }))],
  ]),
  ...rowsOf("workerPools[0].taints[0].effect", (effect) => pool({ taints: [{ key: "a", effect }] }), [
    ["unknown", "NoSchedul", "refused"],
    ["in small letters", "noschedule", "refused"],
  ]),
];

const wrongImages: readonly Row[] = [
  ["a quote, which ends the text in containerd's configuration", 'a"b'],
  ["a line break", "registry.k8s.io/pause:3.10\n[plugins]"],
  ["a backslash", "registry.k8s.io/pau\\se"],
  ["a scheme", "https://registry.k8s.io/pause:3.10"],
  ["capitals in the path", "registry.k8s.io/Pause:3.10"],
  ["an empty tag", "registry.k8s.io/pause:"],
  ["a tag with a slash", "registry.k8s.io/pause:3.10/x"],
  ["a tag of 129 characters", `registry.k8s.io/pause:${"1".repeat(129)}`],
  ["a short digest", "registry.k8s.io/pause@sha256:abcd"],
  ["a digest of no kind", `registry.k8s.io/pause@${"a".repeat(64)}`],
  ["a space", "registry.k8s.io/pause 3.10"],
  ["no path", "registry.k8s.io/"],
  ["two slashes", "registry.k8s.io//pause"],
  ["port 0", "registry.example.com:0/pause"],
  ["a port above 65535", "registry.example.com:70000/pause"],
  ["a registry at a pod's address", "10.200.0.7:5000/pause:3.10"],
];
const images: BadInput[] = [
  ...rowsOf("images.sandbox", dotted("images.sandbox"), wrongImages),
  ...rowsOf("images.coredns", dotted("images.coredns"), [
    ...wrongImages.slice(0, 2),
    ["a registry at a Service's address", "10.32.0.7/coredns:v1.12.1"],
    ["the registry's host is none", "registry-.example.com/coredns"],
    ["an address that is none", "10.106.1.300:5000/coredns"],
  ]),
];

const nodePorts = rowsOf("serviceNodePortRange", (serviceNodePortRange) => ({ serviceNodePortRange }), [
  ["from 1", "1-32767"],
  ["SSH", "22-22"],
  ["the DHCP client", "68-1023"],
  ["the last port of the system's", "1023-32767"],
  ["ephemeral ports", "30000-32768"],
  ["to the end", "3000-65535"],
  ["ephemeral ports only", "40000-50000"],
  ["leading zeros", "03000-32767"],
  ["from 0", "0-100", "refused"],
  ["beyond 65535", "3000-65536", "refused"],
  ["backwards", "32767-3000", "refused"],
  ["one port", "3000", "refused"],
  ["a space", "3000 - 32767", "refused"],
  ["a negative port", "-1-100", "refused"],
]);

const FILES = "workerPools[0].extraFiles[0].path";
export const files = (paths: readonly string[]) => paths.map((path) => ({ path, content: "x" }));
const extraFiles: BadInput[] = [
  ...rowsOf(FILES, (path: string) => pool({ extraFiles: files([path]) }), [
    ["the kubelet's key", "/etc/kubernetes/pki/kubelet.key"],
    ["the authority's certificate", "/etc/kubernetes/pki/ca.crt"],
    ["the kubelet's unit", "/etc/systemd/system/kubelet.service"],
    ["the kubelet's configuration", "/var/lib/kubelet/config.yaml"],
    ["containerd's configuration", "/etc/containerd/config.toml"],
    ["a program that is fetched", "/usr/local/bin/kubelet"],
    ["a CNI plugin that is fetched", "/opt/cni/bin/bridge"],
    ["one of the program's scripts", "/usr/local/lib/hostroute/fetch.py"],
    ["in a folder of the program's own", "/etc/hostroute/more.env"],
    ["what the program makes at boot", "/etc/containerd/cni.conflist.template"],
    ["a rival to the pod network", "/etc/cni/net.d/00-mine.conflist"],
    ["a folder of the program's", "/etc/kubernetes/pki"],
    ["below one of the program's files", "/etc/systemd/system/kubelet.service/x"],
    ["a folder", "/etc/myapp/"],
    ["the root", "/", "refused"],
    ["a path with ..", "/etc/myapp/../kubernetes/pki/ca.crt"],
    ["a path with .", "/etc/./myapp"],
    ["two slashes", "/etc//myapp"],
    [".. last", "/etc/.."],
    ["a zero", "/etc/a\u0000b"],
    ["a name of 256 characters", `/etc/${"a".repeat(256)}`],
    ["a path of 4096 characters", "/a".repeat(2048)],
    ["the kernel's", "/proc/sys/net/ipv4/ip_forward"],
    ["a device", "/dev/vda"],
    ["relative", "etc/myapp", "refused"],
    ["a home", "~/x", "refused"],
    ["a space", "/etc/my app", "refused"],
    ["a line break", "/etc/my\napp", "refused"],
  ]),
  ...rowsOf("controlPlane.extraFiles[0].path", (path: string) => ({ controlPlane: { extraFiles: files([path]) } }), [
    ["the authority's key", "/etc/kubernetes/pki/ca.key"],
    ["the API server's unit", "/etc/systemd/system/kube-apiserver.service"],
    ["the key of the encryption at rest", "/etc/kubernetes/encryption.yaml"],
    ["the audit policy", "/etc/kubernetes/audit-policy.yaml"],
    ["etcd's data", "/var/lib/etcd/member/snap/db"],
    ["a program that is fetched", "/usr/local/bin/etcd"],
  ]),
  ...rowsOf("workerPools[0].extraFiles[1].path", (paths: string[]) => pool({ extraFiles: files(paths) }), [
    ["twice", ["/etc/a", "/etc/a"]],
    ["a folder of another", ["/etc/a/b", "/etc/a"]],
    ["below another", ["/etc/a", "/etc/a/b"]],
  ]),
  ...rowsOf("controlPlane.extraFiles[1].path", (paths: string[]) => ({ controlPlane: { extraFiles: files(paths) } }), [
    ["twice", ["/etc/a", "/etc/a"]],
  ]),
  ...rowsOf(
    "workerPools[0].extraFiles[0].content",
    (content: string) => pool({ extraFiles: [{ path: "/etc/a", content }] }),
    [
      ["a control character that YAML refuses", "a\u0080b"],
      ["delete", "a\u007fb\nc\n"],
      ["no character at all", "a\uffffb"],
      ["half a character", "a\ud800b"],
      ["what YAML 1.1 takes for a line break", "a\u2028b\nc\n"],
      ["a number", 5, "refused"],
    ],
  ),
  ...rowsOf(
    "workerPools[0].extraFiles[0].permissions",
    (permissions: string) => pool({ extraFiles: [{ path: "/etc/a", content: "", permissions }] }),
    [
      ["set-uid", "4755", "refused"],
      ["letters", "rw-r--r--", "refused"],
      ["a number, which is not octal", 644, "refused"],
      ["a digit that is not octal", "0688", "refused"],
    ],
  ),
];

const domains = rowsOf("clusterDomain", (clusterDomain) => ({ clusterDomain }), [
  ["a top-level domain", "com"],
  ["one label", "local"],
  ["the reverse zone", "in-addr.arpa"],
  ["a part of it", "10.in-addr.arpa"],
  ["IPv6's reverse zone", "ip6.arpa"],
  ["below arpa", "home.arpa"],
  ["an address", "10.32.0.10"],
  ["numbers last", "cluster.1"],
  ["below localhost", "cluster.localhost"],
  ["too long for Services' names", `${"a.".repeat(61)}local`],
  ["capitals", "Cluster.local", "refused"],
  ["a dot at the end", "cluster.local.", "refused"],
  ["an underscore", "my_cluster.local", "refused"],
  ["a line break", "cluster.local\n", "refused"],
  ["a brace of the Corefile", "cluster.local {", "refused"],
  ["254 characters", "a.".repeat(126) + "aa", "refused"],
]);

const ssh = (...fields: (string | Buffer)[]) =>
  Buffer.concat(
    fields.flatMap((field) => {
      const bytes = Buffer.from(field as string, "latin1");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  ).toString("base64");
export const ED25519 = `ssh-ed25519 ${ssh("ssh-ed25519", Buffer.alloc(32, 7))}`;
export const rsa = (bits: number) => {
  const { n = "", e = "" } = generateKeyPairSync("rsa", { modulusLength: bits }).publicKey.export({ format: "jwk" });
  const modulus = Buffer.concat([Buffer.of(0), Buffer.from(n, "base64url")]);
  return `ssh-rsa ${ssh("ssh-rsa", Buffer.from(e, "base64url"), modulus)}`;
};
export const ecdsa = `ecdsa-sha2-nistp256 ${ssh("ecdsa-sha2-nistp256", "nistp256", Buffer.concat([Buffer.of(4), Buffer.alloc(64, 7)]))}`;
const publicKeys = rowsOf("sshPublicKey", (sshPublicKey) => ({ sshPublicKey }), [
  ["a line break at its end", `${ED25519} me\n`],
  ["two keys", `${ED25519} me\n${ED25519} you`],
  ["a carriage return", `${ED25519} me\r`],
  ["a control character in the comment", `${ED25519} \u001b[2J`],
  ["an unknown kind", ED25519.replaceAll("ssh-ed25519", "ssh-foo")],
  ["DSA, which sshd no longer takes", `ssh-dss ${ssh("ssh-dss", "p", "q", "g", "y")}`],
  ["a certificate", `ssh-ed25519-cert-v01@openssh.com ${ssh("ssh-ed25519-cert-v01@openssh.com", "x")}`],
  ["no base64", "ssh-ed25519 !!!! me"],
  ["three letters of base64", "ssh-ed25519 AAAA me"],
  ["cut off", ED25519.slice(0, -8)],
  ["another kind inside", `ssh-rsa ${ssh("ssh-ed25519", Buffer.alloc(32, 7))}`],
  ["a key of 31 bytes", `ssh-ed25519 ${ssh("ssh-ed25519", Buffer.alloc(31, 7))}`],
  ["something after the key", `ssh-ed25519 ${ssh("ssh-ed25519", Buffer.alloc(32, 7), "more")}`],
  ["another curve inside", ecdsa.replace(/ .*/, ` ${ssh("ecdsa-sha2-nistp256", "nistp384", Buffer.alloc(65, 4))}`)],
  ["RSA of 1024 bits", rsa(1024)],
  ["options before it", `command="ls" ${ED25519}`, "refused"],
  ["a private key", "-----BEGIN OPENSSH PRIVATE KEY-----", "refused"],
  ["a file's name", "~/.ssh/id_ed25519.pub", "refused"],
]);

const wrongIds: readonly Row[] = [
  ["a path with a query", "../ports/y?z=1#"],
  ["a name", "private"],
  ["capitals", SUBNET_ID.toUpperCase().replace("1F", "AF")],
  ["no hyphens", SUBNET_ID.replaceAll("-", "")],
  ["in braces", `{${SUBNET_ID}}`],
  ["a space after it", `${SUBNET_ID} `],
];
const ids: BadInput[] = [
  ...rowsOf("network.subnetId", (subnetId) => ({ network: { networkId: NETWORK_ID, subnetId } }), [
    ...wrongIds,
    ["the network's", NETWORK_ID],
  ]),
  ...rowsOf("network.networkId", (networkId) => ({ network: { networkId, subnetId: SUBNET_ID } }), wrongIds),
  ...rowsOf("network.networkId", network("networkId"), [["without subnet", NETWORK_ID, "refused"]]),
  ...rowsOf("network.subnetId", network("subnetId"), [["without network", SUBNET_ID, "refused"]]),
];

const wrongNames: readonly Row[] = [
  ["a line break", "m1\nsmall"],
  ["a zero", "m1\u0000small"],
  ["a space at its end", "m1.small "],
  ["256 characters", "a".repeat(256)],
];
const names: BadInput[] = [
  ...rowsOf("workerPools[0].flavor", (flavor) => pool({ flavor }), wrongNames),
  ...rowsOf("workerPools[0].image", (image) => pool({ image }), wrongNames.slice(0, 1)),
  ...rowsOf("controlPlane.flavor", dotted("controlPlane.flavor"), [
    ["a terminal's control sequence", "m1\u001b[2J"],
    ["half a character", "m1\ud800"],
  ]),
  ...rowsOf("controlPlane.image", dotted("controlPlane.image"), [["a space before it", " debian-12"]]),
  ...rowsOf("network.externalNetwork", network("externalNetwork"), wrongNames.slice(0, 3)),
  ...rowsOf("workerPools[0].availabilityZones[0]", (zone) => pool({ availabilityZones: [zone] }), [
    ...wrongNames.slice(0, 1),
    ["empty", "", "refused"],
  ]),
  ...rowsOf("clusterName", (clusterName) => ({ clusterName }), [
    ["capitals", "Dev", "refused"],
    ["a dot", "dev.example", "refused"],
    ["a control character", "dev\u0007", "refused"],
    ["48 characters", "a".repeat(48), "refused"],
  ]),
  ...rowsOf("workerPools[0].name", (name) => ({ workerPools: [{ name, count: 1 }] }), [
    ["an underscore", "my_pool", "refused"],
    ["the control plane's", "control-plane", "refused"],
  ]),
];

const releases: BadInput[] = [
  ...rowsOf("kubernetesVersion", (kubernetesVersion) => ({ kubernetesVersion }), [
    ["leading zeros in the minor", "1.034.1"],
    ["leading zeros in the patch", "1.34.01"],
    ["a minor beyond numbers", "1.99999999999999999999", "refused"],
    ["a space before it", " 1.34.1", "refused"],
    ["a line break", "1.34.1\n", "refused"],
    ["a capital V", "V1.34.1", "refused"],
    ["a pre-release", "1.34.1-rc.0", "refused"],
    ["version 2", "2.0.0", "refused"],
    ["a number", 1.3, "refused"],
  ]),
  ...rowsOf("artifacts.versions.etcd", (etcd) => ({ artifacts: { versions: { etcd } } }), [
    ["a v before it", "v3.6.5", "refused"],
    ["leading zeros", "3.06.5", "refused"],
    ["another place", "../../evil", "refused"],
    ["two numbers", "3.6", "refused"],
  ]),
  ...rowsOf("artifacts.sha256", (file: string) => ({ artifacts: { sha256: { [file]: "a".repeat(64) } } }), [
    ["a URL with its scheme", "https://dl.k8s.io/release/v1.34.1/bin/linux/amd64/kubelet"],
    ["no host", "/release/v1.34.1/kubelet"],
    ["a file's name alone", "kubelet"],
  ]),
  ...rowsOf("artifacts.sha256.dl.k8s.io/a", (digest) => ({ artifacts: { sha256: { "dl.k8s.io/a": digest } } }), [
    ["of an empty file", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["capitals", "A".repeat(64), "refused"],
    ["with its kind", `sha256:${"a".repeat(64)}`, "refused"],
    ["63 digits", "a".repeat(63), "refused"],
  ]),
];

const numbers: BadInput[] = [
  ...rowsOf("workerPools[0].exclude", (exclude) => pool({ count: 3, exclude }), [
    ["an index twice", [1, 1]],
    ["an index that is not there", [3], "refused"],
    ["text for a list", "1", "refused"],
  ]),
  ...rowsOf("workerPools[0].count", (count) => pool({ count }), [
    ["negative", -1, "refused"],
    ["a fraction", 1.5, "refused"],
    ["10^12", 1e12, "refused"],
  ]),
  ...rowsOf("controlPlane.count", dotted("controlPlane.count"), [
    ["even", 2, "refused"],
    ["none", 0, "refused"],
  ]),
  ...rowsOf("network.mtu", network("mtu"), [
    ["below IPv6's least", 1279, "refused"],
    ["beyond 16 bits", 65_536, "refused"],
  ]),
  ...rowsOf("network.maxHostRoutes", network("maxHostRoutes"), [["less than none", -1, "refused"]]),
  ...rowsOf("network.maxRouterRoutes", network("maxRouterRoutes"), [["none", 0, "refused"]]),
  ...rowsOf("network.routerId", network("routerId"), [["a name", "router", "refused"]]),
  ...rowsOf("network.routerRoutes", network("routerRoutes"), [
    ["without a router", true, "refused"],
    ["text", "yes", "refused"],
  ]),
  ...rowsOf("nodeMask", (nodeMask) => ({ nodeMask }), [
    ["no room for a pod", 31, "refused"],
    ["wider than the cluster CIDR", 15, "refused"],
  ]),
];

/** Keys that there were not before: refused as unknown ones then. */
const servers: BadInput[] = [
  ...rowsOf("workerPools[0].serverGroup", (serverGroup) => pool({ count: 11, serverGroup }), [
    ["a policy that is none", "affinity", "refused"],
    ["capitals", "None", "refused"],
    ["more than Nova allows in one", "anti-affinity", "refused"],
  ]),
  ...rowsOf("workerPools[0].rootVolume.size", (size) => pool({ rootVolume: { size, type: "ssd" } }), [
    ["none", 0, "refused"],
    ["half a gibibyte", 0.5, "refused"],
    ["in bytes", 20 * 2 ** 30, "refused"],
    ["with its unit", "20GiB", "refused"],
    ["not said", undefined, "refused"],
  ]),
  ...rowsOf("workerPools[0].rootVolume", (rootVolume) => pool({ rootVolume }), [["a size alone", 20, "refused"]]),
  ...rowsOf("controlPlane.rootVolume.type", (type) => ({ controlPlane: { rootVolume: { size: 20, type } } }), [
    ["a line break", "ssd\n", "refused"],
    ["a number", 7, "refused"],
  ]),
  ...rowsOf(
    "controlPlane.rootVolume.volumeType",
    (volumeType) => ({ controlPlane: { rootVolume: { size: 20, volumeType } } }),
    [["the provider's own name", "ssd", "refused"]],
  ),
  ...rowsOf(
    "controlPlane.extraSecurityGroups[1]",
    (id) => ({ controlPlane: { extraSecurityGroups: [SECURITY_GROUP_ID, id] } }),
    [
      ["twice", SECURITY_GROUP_ID, "refused"],
      ["a name", "monitoring", "refused"],
      ["capitals", SECURITY_GROUP_ID.toUpperCase(), "refused"],
    ],
  ),
  ...rowsOf("workerPools[0].extraSecurityGroups[2]", (ids) => pool({ extraSecurityGroups: ids }), [
    ["twice", [NETWORK_ID, SECURITY_GROUP_ID, NETWORK_ID], "refused"],
  ]),
  ...rowsOf("workerPools[0].extraSecurityGroups", (extraSecurityGroups) => pool({ extraSecurityGroups }), [
    ["text for a list", SECURITY_GROUP_ID, "refused"],
  ]),
  ...rowsOf("maxServerGroupMembers", (maxServerGroupMembers) => ({ maxServerGroupMembers }), [
    ["none", 0, "refused"],
    ["what Nova writes for no limit", -1, "refused"],
  ]),
  ...rowsOf("rollout.maxUnavailable", (maxUnavailable) => ({ rollout: { maxUnavailable } }), [
    ["none", 0, "refused"],
    ["half a worker", 0.5, "refused"],
    ["a share, as Kubernetes' own key of that name may be", "25%", "refused"],
  ]),
  ...rowsOf("rollout.drainTimeout", (drainTimeout) => ({ rollout: { drainTimeout } }), [
    ["none, which kubectl takes for endless", 0, "refused"],
    ["a duration of Go's", "15m", "refused"],
    ["longer than a day", 86_401, "refused"],
  ]),
];

export const BAD_INPUT: readonly BadInput[] = [
  ...[certificates, ranges, dnsServers, hosts, labels, images, nodePorts, extraFiles].flat(),
  ...[domains, publicKeys, ids, names, releases, numbers, servers].flat(),
];

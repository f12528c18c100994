import { z } from "zod";
import { cidrProblem, isAddress } from "../addressing/ipv4";

/**
 * The shape of the configuration: every key with its default. What keys mean for each other is in the checks beside this
 * file. A message of ours has two lines, problem and remedy; zod's own have one.
 */
const issue = (problem: string, remedy: string) => `${problem}\n${remedy}`;

const cidr = z.string().superRefine((text, context) => {
  const wrong = cidrProblem(text);
  if (wrong) context.addIssue({ code: "custom", message: issue(wrong.problem, wrong.remedy) });
});

const address = z
  .string()
  .refine(isAddress, issue("is not an IPv4 address", "Write a dotted quad, for example 10.106.1.1."));

/** RFC 1123 labels: node names become host names and Kubernetes object names. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dnsLabel = z
  .string()
  .refine(
    (text) => text.length <= 63 && DNS_LABEL.test(text),
    issue("is not a DNS label", "Use lower-case letters, digits and inner hyphens, 63 at most (RFC 1123)."),
  );

const dnsName = z
  .string()
  .refine(
    (text) => text.length <= 253 && text.split(".").every((label) => label.length <= 63 && DNS_LABEL.test(label)),
    issue("is not a DNS name", "Use DNS labels joined by dots, for example cluster.local."),
  );

/** Counts and slots: far above what a subnet or a router carries, and low enough to be walked through. */
const count = z.int().min(0).max(65_535);
const optional = <T extends z.ZodType>(schema: T) => schema.optional();

const placement = {
  /** Nova flavor by name. Kubernetes wants 2 vCPUs and 2 GB at least on a control plane. */
  flavor: z.string().min(1).default("m1.medium"),
  /** Glance image by name: any systemd distribution with cloud-init. */
  image: z.string().min(1).default("debian-12"),
  /** Availability zones in turn by index, so that a node's zone never depends on its neighbours; none: Nova's choice. */
  availabilityZones: z.array(z.string().min(1)).default([]),
  /** Files written before anything starts: a company's CA, a registry mirror's host file. */
  extraFiles: z
    .array(
      z.strictObject({
        path: z.string().regex(/^\/\S+$/, issue("is not an absolute path", "Begin with a slash.")),
        content: z.string(),
        permissions: z
          .string()
          .regex(/^0?[0-7]{3}$/, issue("is not a file mode", 'Write octal digits in quotes: "0644".'))
          .default("0644"),
      }),
    )
    .default([]),
};

const taint = z.strictObject({
  key: z.string().min(1),
  value: z.string().default(""),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

const workerPool = z.strictObject({
  name: dnsLabel,
  /** How many indexes the pool spans; node n is `<cluster>-<pool>-<n>`. */
  count,
  /** Indexes without a node: the way to take one out of the middle. */
  exclude: z.array(count).default([]),
  /** The slot of index 0: podCIDR and address of every node of the pool follow from it. */
  firstSlot: count.default(0),
  ...placement,
  /** Kubernetes labels and taints of the pool's nodes. */
  labels: z.record(z.string(), z.string()).default({}),
  taints: z.array(taint).default([]),
});

const network = z.strictObject({
  /** The node subnet. */
  cidr: cidr.default("10.106.1.0/24"),
  /** External network by name: with it comes a router with a gateway there, and a floating IP for the API. */
  externalNetwork: optional(z.string().min(1)),
  /** DNS servers of the node subnet; none: Neutron's own. */
  dnsServers: z.array(address).default([]),
  /** MTU of the network in bytes; none: Neutron's choice. */
  mtu: optional(z.int().min(1280).max(65535)),
  /** `max_subnet_host_routes` of the cloud, an operator's setting that no API tells (Neutron's default: 20). */
  maxHostRoutes: z.int().min(1).default(20),
  /** How pod routes are carried: by the subnet's host routes. */
  routeTier: z.literal("subnet").default("subnet"),
  /** An existing network and subnet to use instead of new ones; the subnet's other host routes are kept. */
  networkId: optional(z.string().min(1)),
  subnetId: optional(z.string().min(1)),
  /** Where things stand in the node subnet; the defaults are `defaultLayout`'s. */
  gateway: optional(address),
  firstWorkerAddress: optional(address),
  firstControlPlaneAddress: optional(address),
  allocationPool: optional(z.strictObject({ start: address, end: address })),
});

const controlPlane = z.strictObject({
  /** 1, 3 or 5: etcd needs a majority. */
  count: z
    .int()
    .refine(
      (n) => [1, 3, 5].includes(n),
      issue("is not 1, 3 or 5", "Choose an odd number up to 5: etcd needs a majority."),
    )
    .default(1),
  ...placement,
  /** Address or DNS name of a load balancer in front of the API servers; none: the first one is addressed, on port 6443. */
  loadBalancer: optional(z.string().min(1)),
  /** A floating IP for the API on the first control-plane node, where an external network is given. */
  floatingIp: z.boolean().default(true),
});

const access = z.strictObject({
  /** Who may reach SSH, the API and NodePorts from outside of the node subnet; none: nobody. */
  ssh: z.array(cidr).default([]),
  api: z.array(cidr).default([]),
  nodePorts: z.array(cidr).default([]),
});

const artifacts = z.strictObject({
  /** A mirror that holds `<host>/<path>` of every upstream URL; none: the upstream sites themselves. */
  baseUrl: optional(
    z.string().regex(/^https?:\/\/[^\s/]+(\/\S*)?$/, issue("is not a URL", "Write http(s)://host/path of the mirror.")),
  ),
  /** SHA-256 by upstream URL without its scheme, for what the built-in table does not pin. */
  sha256: z
    .record(
      z.string(),
      z.string().regex(/^[0-9a-f]{64}$/, issue("is not a SHA-256", "Write 64 lower-case hexadecimal digits.")),
    )
    .default({}),
  /** Releases of what stands beside Kubernetes. */
  versions: z
    .strictObject({
      etcd: z.string().min(1).default("3.6.5"),
      containerd: z.string().min(1).default("2.1.4"),
      runc: z.string().min(1).default("1.3.3"),
      cniPlugins: z.string().min(1).default("1.8.0"),
    })
    .prefault({}),
});

export const settingsSchema = z.strictObject({
  /** Names everything: resources, hosts, nodes. Default: the stack's name. */
  clusterName: dnsLabel,
  kubernetesVersion: z
    .string()
    .regex(/^v?1\.\d+(\.\d+)?$/, issue("is not a Kubernetes release", 'Write it in quotes, for example "1.34.1".'))
    .default("1.34.1"),
  clusterCidr: cidr.default("10.200.0.0/16"),
  nodeMask: z.int().min(8).max(30).default(24),
  serviceCidr: cidr.default("10.32.0.0/24"),
  serviceNodePortRange: z
    .string()
    .regex(/^\d{1,5}-\d{1,5}$/, issue("is not a port range", "Write first-last, for example 3000-32767."))
    .default("3000-32767"),
  /** Default: the service CIDR's 10th address. */
  clusterDns: optional(address),
  clusterDomain: dnsName.default("cluster.local"),
  network: network.prefault({}),
  controlPlane: controlPlane.prefault({}),
  workerPools: z.array(workerPool).default(() => [workerPool.parse({ name: "worker", count: 3 })]),
  /** OpenSSH public key for the image's default user; none: no SSH login. */
  sshPublicKey: optional(
    z
      .string()
      .regex(/^(ssh|ecdsa|sk)-\S+ \S+/, issue("is not an OpenSSH public key", "Give the line of the .pub file.")),
  ),
  access: access.prefault({}),
  artifacts: artifacts.prefault({}),
  images: z
    .strictObject({
      /** Image of the pod sandbox (containerd's `sandbox_image`). */
      sandbox: z.string().min(1).default("registry.k8s.io/pause:3.10.1"),
      /** Image of the cluster's DNS; the tag is kubeadm's for Kubernetes 1.34 (`CoreDNSVersion` of its constants). */
      coredns: z.string().min(1).default("registry.k8s.io/coredns/coredns:v1.12.1"),
    })
    .prefault({}),
  certificates: z
    .strictObject({
      /** Hours that certificates are valid (default a year), and authorities (default ten years). */
      validityHours: z.int().min(24).default(8_760),
      caValidityHours: z.int().min(24).default(87_600),
      /** Hours before expiry from which on the next `up` renews a certificate. */
      earlyRenewalHours: z.int().min(1).default(720),
    })
    .prefault({}),
  /** Renders the insecure settings of the documented era; for its study only. */
  allowInsecure: z.boolean().default(false),
});

/** The configuration as the operator may write it. */
export type SettingsInput = z.input<typeof settingsSchema>;
/** The configuration with all defaults filled in. */
export type Settings = z.output<typeof settingsSchema>;
export type WorkerPoolSettings = Settings["workerPools"][number];

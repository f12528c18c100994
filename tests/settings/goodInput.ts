import { digestsFor, Raw } from "../fixtures";
import { ecdsa, ED25519, files, NETWORK_ID, pool, rsa, SECURITY_GROUP_ID, SUBNET_ID } from "./badInput";

/** Near misses: what looks like the above and is right. */
export const GOOD_INPUT: readonly [kind: string, raw: Raw][] = [
  ["the longest certificates", { certificates: { validityHours: 2_562_046, caValidityHours: 2_562_047 } }],
  [
    "certificates of a day",
    { certificates: { validityHours: 24, adminValidityHours: 24, caValidityHours: 25, earlyRenewalHours: 1 } },
  ],
  ["the whole of 11/8 for pods", { clusterCidr: "11.0.0.0/8", nodeMask: 24 }],
  ["the widest range of Services", { serviceCidr: "172.16.0.0/12" }],
  ["shared address space", { clusterCidr: "100.64.0.0/10" }],
  ["ranges right beside reserved ones", { clusterCidr: "126.0.0.0/8", serviceCidr: "128.0.0.0/24" }],
  ["everybody listed", { access: { ssh: ["0.0.0.0/0"], api: ["0.0.0.0/0"], nodePorts: ["0.0.0.0/0"] } }],
  ["a range listed that holds all of the cluster's", { access: { api: ["10.0.0.0/8"] } }],
  ["a bastion in the allocation pool", { access: { ssh: ["10.106.1.200/32"] } }],
  [
    "a bastion in an existing subnet",
    { network: { networkId: NETWORK_ID, subnetId: SUBNET_ID }, access: { ssh: ["10.106.1.77/32"] } },
  ],
  [
    "one DNS server in the node subnet, four elsewhere",
    { network: { dnsServers: ["10.106.1.201", "9.9.9.9", "1.1.1.1", "8.8.8.8", "192.0.2.53"] } },
  ],
  ["no masquerading at all", { network: { nonMasqueradeCidrs: ["0.0.0.0/0"] } }],
  ["a balancer by address", { apiEndpoint: { kind: "external", host: "10.106.1.240" } }],
  ["a balancer by one label", { apiEndpoint: { kind: "external", host: "lb" } }],
  ["a balancer by a name with numbers", { apiEndpoint: { kind: "external", host: "10-106-1-240.nip.io" } }],
  [
    "an address of its own for the API of three",
    { controlPlane: { count: 3 }, apiEndpoint: { address: "10.106.1.99" } },
  ],
  ["Octavia's balancer", { apiEndpoint: { kind: "octavia", provider: "amphora", address: "10.106.1.98" } }],
  [
    "OVN's balancer with the router that the program makes, and a release that shows nobody whether it is ready",
    {
      ...{ apiEndpoint: { kind: "octavia", provider: "ovn" }, network: { externalNetwork: "public" } },
      ...{ kubernetesVersion: "1.31.0", artifacts: { sha256: digestsFor("1.31.0", { etcd: "3.6.5" }) } },
    },
  ],
  [
    "OVN's balancer in a subnet that has a router, or so we hope",
    {
      apiEndpoint: { kind: "octavia", provider: "ovn" },
      network: { networkId: NETWORK_ID, subnetId: SUBNET_ID },
    },
  ],
  ["an address of its own for the API of one, which may grow", { apiEndpoint: { kind: "vip", floatingIp: false } }],
  [
    "a mirror by address and port, with a path",
    { artifacts: { baseUrl: "http://198.51.100.9:65535/k8s/~mirror/a%20b/" } },
  ],
  ["a mirror in the node subnet", { artifacts: { baseUrl: "http://10.106.1.201" } }],
  [
    "labels of all known namespaces",
    pool({
      labels: {
        "node-role.kubernetes.io/gpu": "",
        "node.kubernetes.io/instance-type": "a",
        "topology.kubernetes.io/zone": "b",
        "team.node-restriction.kubernetes.io/a": "c",
        "feature.node.kubernetes.io/cpu": "d",
        "nvidia.com/gpu.present": "true",
        "k8s.io.example.com/x_Y.z": "A_b.c-1",
        [`${"a".repeat(63)}`]: "b".repeat(63),
      },
    }),
  ],
  [
    "one key with two effects, and a role's taint",
    pool({
      taints: [
        { key: "a", effect: "NoSchedule" },
        { key: "a", effect: "NoExecute" },
        { key: "node-role.kubernetes.io/gpu", value: "x", effect: "PreferNoSchedule" },
      ],
    }),
  ],
  [
    "an image by tag and digest",
    { images: { sandbox: `localhost:5000/a/b__c-d/e.f:v1_2.3@sha256:${"0a".repeat(32)}` } },
  ],
  ["an image of Docker's library", { images: { sandbox: "pause" } }],
  ["a registry by address", { images: { coredns: "198.51.100.9:5000/coredns/coredns:v1.12.1" } }],
  ["all NodePorts that may be", { serviceNodePortRange: "1024-32767" }],
  ["one NodePort", { serviceNodePortRange: "30000-30000" }],
  [
    "a drop-in for a unit, a key beside ours, two files in one folder",
    pool({
      extraFiles: files([
        "/etc/systemd/system/kubelet.service.d/mine.conf",
        "/etc/kubernetes/pki/oidc.crt",
        "/etc/containerd/certs.d/a/hosts.toml",
        "/etc/containerd/certs.d/b/hosts.toml",
        "/etc/a..b",
        "/etc/.hidden",
      ]),
    }),
  ],
  [
    "the kubelet's configuration on the control plane",
    { controlPlane: { extraFiles: files(["/var/lib/kubelet/config.yaml"]) } },
  ],
  [
    "a file with line ends of Windows and tabs",
    pool({ extraFiles: [{ path: "/a", content: "a\tb\r\n\u00e9\ud83d\ude00" }] }),
  ],
  ["a domain of two labels", { clusterDomain: "k8s.internal" }],
  ["a long domain", { clusterDomain: `${"a.".repeat(58)}local` }],
  ["an Ed25519 key without comment", { sshPublicKey: ED25519 }],
  ["an ECDSA key with a comment", { sshPublicKey: `${ecdsa} müller@host, two words` }],
  ["an RSA key of 2048 bits", { sshPublicKey: rsa(2048) }],
  [
    "names with spaces and colons",
    { network: { externalNetwork: "Ext Net (öffentlich)" }, ...(pool({ flavor: "SCS-2V:4" }) as Raw) },
  ],
  ["a v before the release", { kubernetesVersion: "v1.36.3" }],
  [
    "a digest that no file of the release has",
    { artifacts: { sha256: { "example.com/a/b-1.0_x.tgz": "a".repeat(64) } } },
  ],
  ["as many apart as Nova allows", pool({ count: 11, exclude: [3], serverGroup: "anti-affinity" })],
  [
    "a group for one server, and none for many",
    { controlPlane: { serverGroup: "soft-anti-affinity" }, ...pool({ count: 9, serverGroup: "none" }) },
  ],
  [
    "volumes of one GiB and of the largest that there may be",
    { controlPlane: { rootVolume: { size: 1 } }, ...pool({ rootVolume: { size: 65_536, type: "__DEFAULT__" } }) },
  ],
  [
    "the same security groups for both roles",
    {
      controlPlane: { extraSecurityGroups: [SECURITY_GROUP_ID, NETWORK_ID] },
      ...pool({ extraSecurityGroups: [NETWORK_ID, SECURITY_GROUP_ID] }),
    },
  ],
  ["workers drained for a day", { rollout: { drainTimeout: 86_400 } }],
  ["all workers at once, in a hurry", { rollout: { maxUnavailable: 99, drainTimeout: 1 } }],
  ["servers in groups of three", { maxServerGroupMembers: 3, controlPlane: { count: 5 } }],
  ["every index excluded", pool({ count: 2, exclude: [1, 0] })],
];

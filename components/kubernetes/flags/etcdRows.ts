import { MEMBERS_JOIN_FROM } from "../version";
import { ETCD_DATA, pki } from "./paths";
import { FlagRow, FlagValues } from "./types";

const peers = ({ controlPlane }: FlagValues) =>
  controlPlane.map(({ name, address }) => `${name}=https://${address}:2380`).join(",");

const row = (flag: string, value: FlagRow["value"], source: string, more: Partial<FlagRow> = {}): FlagRow => ({
  component: "etcd",
  flag,
  value,
  source,
  ...more,
});

/** Whether the member may begin a new cluster: one of several at most, which all others join (cloudinit/files/etcd-member.py). */
const begins = ({ nodeName, controlPlane, etcdBegun }: FlagValues) =>
  controlPlane.length === 1 || (!etcdBegun && controlPlane[0]?.name === nodeName);

/** etcd, the API server's store: not in the 1.4-era document, but no cluster runs without it. All traffic is mutual TLS. */
export const etcdRows: readonly FlagRow[] = [
  row("name", (v) => v.nodeName, "member name"),
  row("data-dir", () => ETCD_DATA, "kept over a restart"),
  row("listen-client-urls", (v) => `https://127.0.0.1:2379,https://${v.hostIp}:2379`, "API servers, by TLS only"),
  row("advertise-client-urls", (v) => `https://${v.hostIp}:2379`, "API servers, by TLS only"),
  row("listen-peer-urls", (v) => `https://${v.hostIp}:2380`, "members, by TLS only"),
  row("initial-advertise-peer-urls", (v) => `https://${v.hostIp}:2380`, "members, by TLS only"),
  row("initial-cluster", peers, "all members are known beforehand"),
  row("initial-cluster-state", () => "new", "ignored once there is data", { until: MEMBERS_JOIN_FROM }),
  row("initial-cluster-state", (v) => (begins(v) ? "new" : "existing"), "one member begins, all others join it", {
    from: MEMBERS_JOIN_FROM,
  }),
  row("cert-file", () => pki("etcd.crt"), "server certificate"),
  row("key-file", () => pki("etcd.key"), "server certificate"),
  row("trusted-ca-file", () => pki("etcd-ca.crt"), "clients need a certificate"),
  row("client-cert-auth", () => "true", "clients need a certificate"),
  row("peer-cert-file", () => pki("etcd.crt"), "peer certificate"),
  row("peer-key-file", () => pki("etcd.key"), "peer certificate"),
  row("peer-trusted-ca-file", () => pki("etcd-ca.crt"), "peers need a certificate"),
  row("peer-client-cert-auth", () => "true", "peers need a certificate"),
];

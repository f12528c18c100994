// The library's dependency injection wants it loaded first.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { administratorIn, generationsIn, lifetimes, Named, nodeCertificates } from "../../cli/lifetimes";
import { renderKubeconfig } from "../../components/kubernetes/kubeconfig";

const NOW = Date.parse("2026-11-29T12:00:00Z");
/** A certificate that ends an hour more than so many days after NOW. */
async function certificate(days: number): Promise<string> {
  x509.cryptoProvider.set(webcrypto);
  const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
  const dates = { notBefore: new Date(0), notAfter: new Date(NOW + days * 86_400_000 + 3_600_000) };
  const made = await x509.X509CertificateGenerator.createSelfSigned({ name: "CN=x", keys, signingAlgorithm, ...dates });
  return made.toString("pem");
}
const named = async (...all: [string, number][]): Promise<Named[]> =>
  Promise.all(all.map(async ([name, days]): Promise<Named> => [name, await certificate(days)]));

it("says of nodes' certificates which ends first, and of each other one when it does", async () => {
  const nodes = await named(["etcd.crt of a", 364], ["kubelet.crt of b", 180]);
  const clients = await named(["the administrator's certificate", 89]);
  const authorities = await named(["kubernetes", 3_649], ["etcd", 3_648]);
  expect(lifetimes({ nodes, clients, authorities }, NOW)).toEqual([
    "2 certificates of nodes, the first: kubelet.crt of b, ends in 180 days",
    "the administrator's certificate, ends in 89 days",
    "authority etcd, ends in 3648 days",
    "authority kubernetes, ends in 3649 days",
  ]);
});

it("warns in time, and of what has ended", async () => {
  const lines = lifetimes(
    {
      nodes: await named(["kubelet.crt of b", 1]),
      clients: await named(["the administrator's certificate", -2]),
      authorities: await named(["etcd", 364]),
    },
    NOW,
  );
  expect(lines).toEqual([
    "Warning: 1 certificate of a node: kubelet.crt of b, ends in 1 day. Run pulumi up: it renews it",
    "Warning: the administrator's certificate, has ended. Run pulumi up: it renews it",
    "Warning: authority etcd, ends in 364 days. No update renews it: rotate it before that (hostroute:keys.authorities)",
  ]);
  expect(lifetimes({ nodes: [], clients: [], authorities: [] }, NOW)).toEqual([]);
});

it("finds nodes' certificates among ConfigMaps, and the administrator's in a kubeconfig", async () => {
  const items = [
    { metadata: { name: "kube-root-ca.crt" }, data: { "ca.crt": "x" } },
    { metadata: { name: "hostroute-certificates-dev-worker-0" }, data: { "kubelet.crt": "a", "kube-proxy.crt": "b" } },
    { metadata: { name: "hostroute-certificates-empty" } },
  ];
  expect(nodeCertificates(JSON.stringify({ items }))).toEqual([
    ["kubelet.crt of dev-worker-0", "a"],
    ["kube-proxy.crt of dev-worker-0", "b"],
  ]);
  const cert = await certificate(1);
  const kubeconfig = renderKubeconfig("admin", "https://api:6443", "a CA", { cert, key: "a key" });
  expect(administratorIn(kubeconfig)).toEqual([["the administrator's certificate", cert]]);
  expect(administratorIn("")).toEqual([]);
});

it("tells generations of an authority apart by their names", async () => {
  const [one, other] = [await certificate(1), await certificate(2)];
  expect(generationsIn(["etcd", `${one}\n${other}\n`])).toEqual([
    ["etcd (x)", one.trim()],
    ["etcd (x)", other.trim()],
  ]);
  expect(generationsIn(["etcd", one])).toEqual([["etcd", one]]);
});

it("counts neither authorities nor their proofs among nodes' certificates", async () => {
  const data = {
    "kubelet.crt": await certificate(1),
    "ca.crt": await certificate(2),
    "ca.proof": await certificate(3),
  };
  const items = [{ metadata: { name: "hostroute-certificates-a" }, data }];
  expect(nodeCertificates(JSON.stringify({ items }))).toEqual([["kubelet.crt of a", data["kubelet.crt"]]]);
});

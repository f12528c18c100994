import { createPublicKey, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { PlannedControlPlane } from "../../components/addressing/routePlan";
import { Pki } from "../../components/pki";
import { parseRecovery, Recovery } from "../../components/settings/recovery";
import { plain, Props } from "../../lab/plugins/protocol/values";
import { tls } from "../../lab/plugins/tls";
import { specOf } from "../fixtures";
import { allRegistered, promiseOf, Registered, withoutCallSites } from "../mocks";
import { secretsOf } from "../recoveryKeys";
import { connects, verifies } from "./trust";

/** A provider that makes real keys and certificates, as @pulumi/tls does. */
const { kinds } = tls("0.0.0");
const KEYS = ["privateKeyPem", "caPrivateKeyPem"];

/** A whole cluster's PKI, and what it registered: inputs in clear, and which of them were secrets. */
async function pkiOf(name: string, given?: Recovery) {
  const registered: (Registered & { secret: string[] })[] = [];
  withoutCallSites();
  await pulumi.runtime.setMocks({
    newResource: async ({ type, name, inputs, custom }) => {
      const values = plain(inputs as Props) as Props;
      if (!custom) return { id: name, state: values };
      const secret = Object.keys(values).filter(
        (key) => JSON.stringify(values[key]) !== JSON.stringify((inputs as Props)[key]),
      );
      registered.push({ type: type.split(":").at(-1)!, name, inputs: values, secret });
      const { id, state } = await kinds[type]!.create(values, { tell: () => undefined });
      const marked = KEYS.filter((key) => key in state).map((key) => [key, pulumi.secret(state[key])]);
      return { id, state: { ...state, ...(Object.fromEntries(marked) as Props) } };
    },
    call: () => ({}),
  });
  const validity = { validityHours: 8760, adminValidityHours: 1800, caValidityHours: 87600, earlyRenewalHours: 720 };
  const pki = new Pki(name, {
    serviceCidr: "10.32.0.0/24",
    clusterDomain: "cluster.local",
    apiAddresses: [],
    apiNames: [],
    validity,
    given: pulumi.secret(given),
  });
  const node = specOf({ clusterName: name }).plan.controlPlane[0] as PlannedControlPlane;
  const credentials = await promiseOf(pki.controlPlane(node));
  const admin = await promiseOf(pulumi.output({ cert: pki.admin.cert, key: pki.admin.key }));
  const recovery = await promiseOf(pki.recovery);
  await allRegistered();
  return { credentials, admin, recovery, isSecret: await pulumi.isSecret(pki.recovery), registered };
}
type Made = Awaited<ReturnType<typeof pkiOf>>;

let old: Made;
let restored: Made;
let unrelated: Made;
beforeAll(async () => {
  old = await pkiOf("old");
  restored = await pkiOf("new", parseRecovery(old.recovery));
  unrelated = await pkiOf("old");
});

it.each([
  ["ca", "apiserver"],
  ["ca", "controller-manager"],
  ["etcdCa", "etcd"],
  ["frontProxyCa", "front-proxy-client"],
] as const)(
  "verifies by %s what the authority before it has signed, and the other way round: %s",
  (authority, pair) => {
    const certificates = (made: Made) => [made.credentials[authority], made.credentials.own[pair].cert] as const;
    const [[oldCa, oldCert], [newCa, newCert]] = [certificates(old), certificates(restored)];
    expect(newCa).not.toBe(oldCa);
    expect(new X509Certificate(newCa).subject).toBe(new X509Certificate(oldCa).subject);
    expect([verifies(newCa, oldCert), verifies(oldCa, newCert)]).toEqual([true, true]);
    expect(new X509Certificate(oldCert).checkIssued(new X509Certificate(newCa))).toBe(true);
    // A cluster of the same name that was not given the keys is another one.
    const [strangeCa] = certificates(unrelated);
    expect([verifies(strangeCa, oldCert), verifies(oldCa, certificates(unrelated)[1])]).toEqual([false, false]);
  },
);

it("lets an old kubeconfig in, which verifies the new servers, and a new one at what is left of the old", async () => {
  const client = ({ credentials, admin }: Made) => ({ ca: credentials.ca, ...admin });
  expect(await connects(client(old), restored.credentials)).toBe(true);
  expect(await connects(client(restored), old.credentials)).toBe(true);
  expect(await connects(client(old), unrelated.credentials)).toBe(false);
  expect(await connects(client(unrelated), restored.credentials)).toBe(false);
});

it("has the service accounts' key and the encryption key of the cluster before it", () => {
  const { serviceAccount, encryptionKey } = restored.credentials;
  expect(serviceAccount).toEqual(old.credentials.serviceAccount);
  expect(serviceAccount.publicKey).toBe(
    createPublicKey(serviceAccount.privateKey).export({ type: "spki", format: "pem" }),
  );
  expect(encryptionKey).toBe(old.credentials.encryptionKey);
  expect(unrelated.credentials.encryptionKey).not.toBe(encryptionKey);
});

it("puts out, as a secret, the keys that it has: given ones again, so that a third cluster can be the first", () => {
  expect([old, restored].map(({ isSecret }) => isSecret)).toEqual([true, true]);
  expect(restored.recovery).toBe(old.recovery);
  expect(parseRecovery(old.recovery)).toMatchObject({
    authorities: {
      kubernetes: { commonName: "old-ca" },
      etcd: { commonName: "old-etcd-ca" },
      frontProxy: { commonName: "old-front-proxy-ca" },
    },
    serviceAccountKey: old.credentials.serviceAccount.privateKey,
    encryptionKey: old.credentials.encryptionKey,
  });
});

it("makes every other key anew, and gives nodes none of an authority's", () => {
  const key = (made: Made) => Object.values(made.credentials.own).map((pair) => pair.key);
  expect(key(restored).filter((each) => key(old).includes(each))).toEqual([]);
  const { authorities } = parseRecovery(old.recovery);
  for (const { privateKey } of Object.values(authorities))
    expect(JSON.stringify(restored.credentials)).not.toContain(JSON.stringify(privateKey));
});

it("registers the same resources with given keys as without, by type and name", () => {
  const names = ({ registered }: Made, cluster: string) =>
    registered.map(({ type, name }) => `${type} ${name.replace(cluster, "X")}`).sort();
  expect(names(restored, "new")).toEqual(names(old, "old"));
});

it("registers without given keys what it did before there could be any: neither of these may ever change", () => {
  const own = new Map(old.registered.map(({ type, name, inputs }) => [`${type} ${name}`, inputs]));
  const inputs = (type: string) => Object.fromEntries([...own].filter(([key]) => key.startsWith(`${type} `)));
  const ec = { algorithm: "ECDSA", ecdsaCurve: "P256" };
  expect(inputs("PrivateKey")).toMatchObject({
    "PrivateKey old-ca": ec,
    "PrivateKey old-etcd-ca": ec,
    "PrivateKey old-front-proxy-ca": ec,
    "PrivateKey old-service-account": { algorithm: "RSA", rsaBits: 2048 },
    "PrivateKey old-encryption": { algorithm: "ED25519" },
  });
  const { authorities } = parseRecovery(old.recovery);
  const authority = ({ commonName, privateKey }: Recovery["authorities"]["etcd"]) => ({
    privateKeyPem: privateKey,
    isCaCertificate: true,
    subject: { commonName },
    validityPeriodHours: 87600,
    allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
  });
  expect(inputs("SelfSignedCert")).toStrictEqual({
    "SelfSignedCert old-ca": authority(authorities.kubernetes),
    "SelfSignedCert old-etcd-ca": authority(authorities.etcd),
    "SelfSignedCert old-front-proxy-ca": authority(authorities.frontProxy),
  });
});

it.each(["own", "given"])("hands over each key, also %s, as a secret, and what is none as it is", (which) => {
  const { registered } = which === "own" ? old : restored;
  const secrets = secretsOf(parseRecovery(old.recovery));
  for (const { type, name, inputs, secret } of registered) {
    const exposed = Object.entries(inputs).filter(([key]) => !secret.includes(key));
    expect(secrets.filter((each) => JSON.stringify(exposed).includes(each))).toEqual([]);
    expect([type, name, secret.filter((key) => !KEYS.includes(key))]).toEqual([type, name, []]);
  }
});

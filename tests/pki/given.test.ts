import { createPublicKey, X509Certificate } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { PlannedControlPlane } from "../../components/addressing/routePlan";
import { Pki } from "../../components/pki";
import { certificatesOf, withoutCertificates } from "../../components/pki/credentials";
import { FIRST_OF_ALL, KeyGenerations } from "../../components/settings/generations";
import { Authorities, parseRecovery, Recovery } from "../../components/settings/recovery";
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
async function pkiOf(name: string, given?: Recovery, keys: KeyGenerations = FIRST_OF_ALL) {
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
    keys,
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
  const { serviceAccount, encryptionKeys } = restored.credentials;
  expect(serviceAccount).toEqual(old.credentials.serviceAccount);
  expect(serviceAccount.publicKeys).toBe(
    createPublicKey(serviceAccount.privateKey).export({ type: "spki", format: "pem" }),
  );
  expect(encryptionKeys).toEqual(old.credentials.encryptionKeys);
  expect(unrelated.credentials.encryptionKeys).not.toEqual(encryptionKeys);
});

it("puts out, as a secret, the keys that it has: given ones again, so that a third cluster can be the first", () => {
  expect([old, restored].map(({ isSecret }) => isSecret)).toEqual([true, true]);
  expect(restored.recovery).toBe(old.recovery);
  expect(parseRecovery(old.recovery)).toMatchObject({
    authorities: {
      1: {
        kubernetes: { commonName: "old-ca" },
        etcd: { commonName: "old-etcd-ca" },
        frontProxy: { commonName: "old-front-proxy-ca" },
      },
    },
    serviceAccount: { 1: old.credentials.serviceAccount.privateKey },
    encryption: { 1: old.credentials.encryptionKeys[0]!.secret },
  });
});

it("makes every other key anew, and gives nodes none of an authority's", () => {
  const key = (made: Made) => Object.values(made.credentials.own).map((pair) => pair.key);
  expect(key(restored).filter((each) => key(old).includes(each))).toEqual([]);
  const { authorities } = parseRecovery(old.recovery);
  for (const { privateKey } of Object.values(authorities["1"]!))
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
  const authorities = parseRecovery(old.recovery).authorities["1"]!;
  const authority = ({ commonName, privateKey }: Authorities["etcd"]) => ({
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

describe("other generations", () => {
  const keys = (known: number[], used: number): KeyGenerations => ({
    authorities: FIRST_OF_ALL.authorities,
    serviceAccount: { known, used },
    encryption: { known, used },
  });
  let both: Made;
  let later: Made;
  beforeAll(async () => {
    both = await pkiOf("old", parseRecovery(old.recovery), keys([2, 1], 1));
    later = await pkiOf("other", parseRecovery(both.recovery), keys([1, 2], 2));
  });

  it("come beside the first as resources of their own, and change none of what was there", () => {
    const of = ({ registered }: Made) =>
      registered.map(
        ({ type, name, inputs }) => `${type} ${name} ${type === "PrivateKey" ? JSON.stringify(inputs) : ""}`,
      );
    const before = of(old);
    expect(
      of(both)
        .filter((each) => !before.includes(each))
        .sort(),
    ).toEqual([
      'PrivateKey old-encryption-2 {"algorithm":"ED25519"}',
      'PrivateKey old-service-account-2 {"algorithm":"RSA","rsaBits":2048}',
    ]);
    expect(before.filter((each) => !of(both).includes(each))).toEqual([]);
  });

  it("are known to every node, which signs and encrypts with the one that is used", () => {
    const first = old.credentials;
    const { serviceAccount, encryptionKeys } = both.credentials;
    expect(serviceAccount.privateKey).toBe(first.serviceAccount.privateKey);
    expect(serviceAccount.publicKeys.startsWith(first.serviceAccount.publicKeys)).toBe(true);
    expect(serviceAccount.publicKeys.match(/BEGIN PUBLIC KEY/g)).toHaveLength(2);
    expect(encryptionKeys.map(({ generation }) => generation)).toEqual([1, 2]);
    expect(encryptionKeys[0]).toEqual(first.encryptionKeys[0]);
    expect(encryptionKeys[1]!.secret).not.toBe(encryptionKeys[0]!.secret);
  });

  it("come along to another cluster, whichever is used there", () => {
    const { serviceAccount, encryptionKeys } = later.credentials;
    expect(serviceAccount.publicKeys).toBe(both.credentials.serviceAccount.publicKeys);
    expect(serviceAccount.privateKey).toBe(parseRecovery(both.recovery).serviceAccount["2"]);
    expect(encryptionKeys).toEqual([...both.credentials.encryptionKeys].reverse());
    expect(later.recovery).toBe(both.recovery);
  });

  it("take the first one's place once that has gone, also in what is put out", async () => {
    const last = await pkiOf("other", parseRecovery(both.recovery), keys([2], 2));
    expect(last.credentials.encryptionKeys).toEqual([both.credentials.encryptionKeys[1]]);
    expect(last.credentials.serviceAccount.publicKeys.match(/BEGIN PUBLIC KEY/g)).toHaveLength(1);
    const { serviceAccount, encryption } = parseRecovery(last.recovery);
    expect([Object.keys(serviceAccount), Object.keys(encryption)]).toEqual([["2"], ["2"]]);
    expect(last.registered.map(({ name }) => name)).not.toContain("other-service-account");
    expect(last.isSecret).toBe(true);
  });
});

describe("another generation of the authorities", () => {
  const keys = (known: number[], used: number): KeyGenerations => ({ ...FIRST_OF_ALL, authorities: { known, used } });
  let both: Made;
  let used: Made;
  let last: Made;
  beforeAll(async () => {
    both = await pkiOf("old", parseRecovery(old.recovery), keys([1, 2], 1));
    used = await pkiOf("old", parseRecovery(both.recovery), keys([1, 2], 2));
    last = await pkiOf("old", parseRecovery(both.recovery), keys([2], 2));
  });
  const certificates = (pem: string) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)!;
  const AUTHORITY = [
    ["ca", "apiserver"],
    ["etcdCa", "etcd"],
    ["frontProxyCa", "front-proxy-client"],
  ] as const;

  it("comes beside the first as resources of its own, and changes none of what was there", () => {
    const of = ({ registered }: Made) => registered.map(({ type, name }) => `${type} ${name}`);
    const before = of(old);
    const roles = ["ca", "etcd-ca", "front-proxy-ca"];
    const proofs = ["apiserver", "etcd", "front-proxy-client"].map((pair) => `old-control-plane-0-${pair}-proof-2`);
    expect(
      of(both)
        .filter((each) => !before.includes(each))
        .sort(),
    ).toEqual(
      [
        ...roles.flatMap((role) => [`PrivateKey old-${role}-2`, `SelfSignedCert old-${role}-2`]),
        ...roles.flatMap((role) => [`CertRequest old-${role}-2-by-1`, `LocallySignedCert old-${role}-2-by-1`]),
        ...proofs.map((name) => `LocallySignedCert ${name}`),
      ].sort(),
    );
    expect(before.filter((each) => !of(both).includes(each))).toEqual([]);
    // The stack with the first generation alone has exactly what it always had.
    expect(before.filter((each) => /-2|proof/.test(each))).toEqual([]);
  });

  it.each(AUTHORITY)(
    "is trusted beside the first one, which issues, then issues, then is alone: %s",
    (authority, pair) => {
      for (const [made, number] of [
        [both, 2],
        [used, 2],
        [last, 1],
      ] as const)
        expect(certificates(made.credentials[authority])).toHaveLength(number);
      const [first, second] = certificates(both.credentials[authority]);
      const issued = ({ credentials }: Made) => credentials.own[pair].cert;
      expect([verifies(first, issued(both)), verifies(second!, issued(both))]).toEqual([true, false]);
      expect(certificates(used.credentials[authority]).map((ca) => verifies(ca, issued(used)))).toEqual([false, true]);
      expect(verifies(last.credentials[authority], issued(last))).toBe(true);
      expect(verifies(last.credentials[authority], issued(both))).toBe(false);
    },
  );

  it.each(AUTHORITY)(
    "is vouched for by the one before it, and shown so by a pair of the node's: %s",
    (authority, pair) => {
      for (const made of [both, used]) {
        const [first, second] = certificates(made.credentials[authority]);
        const [leaf, cross] = certificates(made.credentials.own[pair].proof!);
        expect(
          new X509Certificate(leaf).publicKey.equals(new X509Certificate(made.credentials.own[pair].cert).publicKey),
        ).toBe(true);
        expect([verifies(second!, leaf), verifies(first, cross!)]).toEqual([true, true]);
        expect([verifies(first, leaf, cross), verifies(first, leaf)]).toEqual([true, false]);
        expect(new X509Certificate(cross!).ca).toBe(true);
        expect(new X509Certificate(cross!).publicKey.equals(new X509Certificate(second!).publicKey)).toBe(true);
      }
      expect(last.credentials.own[pair].proof).toBeUndefined();
    },
  );

  it("is in the node's ConfigMap with its proofs, and whom it trusts replaces no server", () => {
    const files = certificatesOf(both.credentials, true);
    expect(
      Object.keys(files)
        .filter((file) => !(file.slice(0, -4) in both.credentials.own))
        .sort(),
    ).toEqual(["ca", "etcd-ca", "front-proxy-ca"].flatMap((name) => [`${name}.crt`, `${name}.proof`]));
    expect(files["etcd-ca.crt"]).toBe(both.credentials.etcdCa);
    expect(files["etcd-ca.proof"]).toBe(both.credentials.own.etcd.proof);
    expect(Object.keys(certificatesOf(old.credentials, false)).sort()).toEqual(
      Object.keys(old.credentials.own)
        .map((name) => `${name}.crt`)
        .sort(),
    );
    const named = (made: Made) => withoutCertificates(made.credentials);
    for (const made of [both, used, last]) {
      const { ca, etcdCa, frontProxyCa, first } = named(made);
      expect({ ca, etcdCa, frontProxyCa }).toEqual(first);
      expect(new X509Certificate(ca).subject).toBe("CN=old-ca");
    }
    expect(named(old)).toMatchObject({ ca: old.credentials.ca, etcdCa: old.credentials.etcdCa });
  });

  it("leaves with its key, in what is put out and on nodes", () => {
    const generations = (made: Made) => Object.keys(parseRecovery(made.recovery).authorities);
    expect([old, both, used, last].map(generations)).toEqual([["1"], ["1", "2"], ["1", "2"], ["2"]]);
    for (const { privateKey } of Object.values(parseRecovery(both.recovery).authorities).flatMap((all) =>
      Object.values(all),
    ))
      for (const made of [both, used, last])
        expect(JSON.stringify(made.credentials)).not.toContain(JSON.stringify(privateKey));
  });
});

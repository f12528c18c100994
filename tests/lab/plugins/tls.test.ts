import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Props, secret } from "../../../lab/plugins/protocol/values";
import { readyForRenewal, tls } from "../../../lab/plugins/tls";
import { Engine, Resource } from "./engine";

const KEY = "tls:index/privateKey:PrivateKey";
const REQUEST = "tls:index/certRequest:CertRequest";
const SELF = "tls:index/selfSignedCert:SelfSignedCert";
const LOCAL = "tls:index/locallySignedCert:LocallySignedCert";
const HOUR = 3_600_000;

const engine = new Engine(tls("0"));
const value = (wrapped: unknown) => (wrapped as { value: string }).value;
const key = async (of: Props = { algorithm: "ECDSA", ecdsaCurve: "P256" }) =>
  value((await engine.create(KEY, of)).state.privateKeyPem);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tls-test-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
afterEach(() => void jest.useRealTimers());
const file = (name: string, content: unknown) => {
  const at = path.join(folder, name);
  fs.writeFileSync(at, String(content), { mode: 0o600 });
  return at;
};
const openssl = (...args: string[]) =>
  execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const extensions = (pem: unknown) =>
  openssl("x509", "-in", file("shown", pem), "-noout", "-text", "-certopt", "no_pubkey,no_sigdump");

interface Chain {
  caKey: string;
  ca: Resource;
  leaf: Resource;
}
async function chain(of?: Props): Promise<Chain> {
  const caKey = await key(of);
  const ca = await engine.create(SELF, {
    ...{ privateKeyPem: caKey, isCaCertificate: true, subject: { commonName: "dev-ca" }, validityPeriodHours: 87_600 },
    allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
  });
  const { state } = await engine.create(REQUEST, {
    privateKeyPem: await key(of),
    subject: { commonName: "system:node:w", organization: "system:nodes" },
    ...{ dnsNames: ["w", "localhost"], ipAddresses: ["10.0.0.2"] },
  });
  const leaf = await engine.create(LOCAL, {
    ...{ certRequestPem: state.certRequestPem, caCertPem: ca.state.certPem, caPrivateKeyPem: caKey },
    ...{ validityPeriodHours: 5, earlyRenewalHours: 2 },
    allowedUses: ["digital_signature", "key_encipherment", "client_auth", "server_auth"],
  });
  return { caKey, ca, leaf };
}

describe.each([
  { algorithm: "ECDSA", ecdsaCurve: "P256" },
  { algorithm: "ECDSA", ecdsaCurve: "P521" },
  { algorithm: "RSA" },
  { algorithm: "ED25519" },
])("$algorithm $ecdsaCurve", (of) => {
  it("makes keys whose forms are of one key, all secret but the public one", async () => {
    const { state } = await engine.create(KEY, of);
    const { privateKeyPem, privateKeyPemPkcs8, privateKeyOpenssh } = state;
    const [pem, pkcs8, openssh] = [privateKeyPem, privateKeyPemPkcs8, privateKeyOpenssh].map(value);
    expect(createPrivateKey(pem!).equals(createPrivateKey(pkcs8!))).toBe(true);
    const shown = execFileSync("ssh-keygen", ["-y", "-f", file("ssh", openssh)], { encoding: "utf8" });
    expect(shown.trim()).toBe(String(state.publicKeyOpenssh).trim());
    const print = execFileSync("ssh-keygen", ["-l", "-f", file("ssh.pub", state.publicKeyOpenssh)], {
      encoding: "utf8",
    });
    expect(print.split(" ")[1]).toBe(state.publicKeyFingerprintSha256);
  });

  it("signs a chain that openssl verifies, with Go's extensions", async () => {
    const { ca, leaf } = await chain(of);
    const [caFile, leafFile] = [file("ca.pem", ca.state.certPem), file("leaf.pem", leaf.state.certPem)];
    expect(openssl("verify", "-x509_strict", "-CAfile", caFile, leafFile)).toContain("OK");
    const text = extensions(leaf.state.certPem);
    expect(text).toContain("DNS:w, DNS:localhost, IP Address:10.0.0.2");
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment/);
    expect(text).toMatch(/Extended Key Usage:\s+TLS Web Client Authentication, TLS Web Server Authentication/);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toContain("Subject: O = system:nodes, CN = system:node:w");
    const ids = (shown: string, name: string) =>
      new RegExp(`${name} Key Identifier: \\s+([0-9A-F:]+)`).exec(shown)?.[1];
    const authority = extensions(ca.state.certPem);
    expect(authority).toMatch(/Basic Constraints: critical\s+CA:TRUE/);
    expect(ids(authority, "Subject")).toBeDefined();
    expect(ids(text, "Authority")).toBe(ids(authority, "Subject"));
  });
});

it("is valid for exactly the hours asked for, and named by its serial number", async () => {
  const { leaf } = await chain();
  const certificate = new X509Certificate(String(leaf.state.certPem));
  expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(5 * HOUR);
  expect(Date.parse(String(leaf.state.validityEndTime)) - Date.parse(String(leaf.state.validityStartTime))).toBe(
    5 * HOUR,
  );
  expect(BigInt(`0x${certificate.serialNumber}`).toString()).toBe(leaf.id);
});

describe("early renewal", () => {
  it.each([
    ["before it", 2.9, false],
    ["within it", 3.1, true],
    ["after the end", 6, true],
  ])("%s", (_when, hours, due) => {
    expect(readyForRenewal(new Date(5 * HOUR).toISOString(), 2, hours * HOUR)).toBe(due);
  });

  it("replaces a certificate at the next update, and shows at a refresh", async () => {
    const { leaf } = await chain();
    expect(await engine.diff(leaf, leaf.inputs)).toMatchObject({ some: false });
    expect(await engine.refresh(leaf)).toEqual(leaf);
    jest.useFakeTimers({ now: Date.now() + 3.5 * HOUR, doNotFake: ["nextTick", "setImmediate", "queueMicrotask"] });
    expect(await engine.diff(leaf, leaf.inputs)).toMatchObject({
      detailed: { readyForRenewal: "updates replacing" },
      replaces: ["readyForRenewal"],
    });
    expect((await engine.refresh(leaf))?.state).toEqual({ ...leaf.state, readyForRenewal: true });
    // The program's present word counts, not the one of the certificate's day.
    expect(await engine.diff(leaf, { ...leaf.inputs, earlyRenewalHours: 1 })).toMatchObject({ replaces: [] });
  });

  it("is changed in place, and keeps the certificate", async () => {
    const { leaf } = await chain();
    const goal = { ...leaf.inputs, earlyRenewalHours: 1 };
    expect(await engine.diff(leaf, goal)).toMatchObject({ detailed: { earlyRenewalHours: "updates" }, replaces: [] });
    const now = await engine.update(leaf, goal);
    expect(now.state).toEqual({ ...leaf.state, earlyRenewalHours: 1 });
    expect(await engine.diff(now, goal)).toMatchObject({ some: false });
  });
});

it("replaces for any other change", async () => {
  const { leaf, ca } = await chain();
  expect((await engine.diff(leaf, { ...leaf.inputs, validityPeriodHours: 6 })).replaces).toEqual([
    "validityPeriodHours",
  ]);
  expect((await engine.diff(ca, { ...ca.inputs, subject: { commonName: "x" } })).replaces).toEqual([
    "subject.commonName",
  ]);
});

it("keeps private keys secret in requests and certificates", async () => {
  const { caKey, ca, leaf } = await chain();
  expect(ca.state.privateKeyPem).toEqual(secret(caKey));
  expect(leaf.state.caPrivateKeyPem).toEqual(secret(caKey));
  expect(leaf.state.certPem).toEqual(expect.stringContaining("BEGIN CERTIFICATE"));
});

it.each<[string, string, Props, string]>([
  ["the default curve", KEY, { algorithm: "ECDSA" }, "ecdsaCurve"],
  ["another algorithm", KEY, { algorithm: "DSA" }, "algorithm"],
  ["a key that is written only", REQUEST, { privateKeyPemWo: "x" }, "privateKeyPemWo"],
  ["another use", SELF, { privateKeyPem: "x", validityPeriodHours: 1, allowedUses: ["tea"] }, "allowedUses[0]"],
  ["a negative time", SELF, { privateKeyPem: "x", validityPeriodHours: -1, allowedUses: [] }, "validityPeriodHours"],
])("refuses %s", async (_what, type, inputs, property) => {
  expect((await engine.check(type, inputs)).failures).toHaveProperty([property]);
});

it("cannot import", async () => {
  await expect(engine.import(KEY, "x")).rejects.toThrow("cannot be imported");
});

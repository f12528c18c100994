import { createPublicKey, generateKeyPairSync, KeyObject, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../paths";
import { run } from "../shell";
import { Kind } from "./kinds";
import { Props } from "./state";

/** Keys and certificates as the TLS provider makes them, by Pulumi type; openssl does the work. */
export const tlsKinds: Record<string, Kind> = {
  "tls:index/privateKey:PrivateKey": {
    create: (inputs) => Promise.resolve({ id: randomUUID(), outputs: { ...inputs, ...newKey(inputs) } }),
  },
  "tls:index/certRequest:CertRequest": {
    create: async (inputs) => {
      const certRequestPem = await openssl(["req", "-new", "-key", "key", "-subj", subject(inputs), ...names(inputs)], {
        key: inputs.privateKeyPem,
      });
      return { id: randomUUID(), outputs: { ...inputs, certRequestPem } };
    },
  },
  "tls:index/selfSignedCert:SelfSignedCert": {
    create: async (inputs) => {
      const certPem = await openssl(
        [
          "req",
          "-x509",
          "-new",
          "-key",
          "key",
          "-subj",
          subject(inputs),
          "-days",
          days(inputs),
          "-addext",
          `keyUsage=critical,${usages(inputs).key}`,
        ],
        { key: inputs.privateKeyPem },
      );
      return { id: randomUUID(), outputs: { ...inputs, certPem } };
    },
  },
  "tls:index/locallySignedCert:LocallySignedCert": {
    create: async (inputs) => {
      const { key, extended } = usages(inputs);
      const extensions = `basicConstraints=critical,CA:FALSE\nkeyUsage=critical,${key}\nextendedKeyUsage=${extended}\n`;
      const certPem = await openssl(
        [
          "x509",
          "-req",
          "-in",
          "csr",
          "-CA",
          "ca",
          "-CAkey",
          "caKey",
          "-days",
          days(inputs),
          "-copy_extensions",
          "copy",
          "-extfile",
          "extensions",
        ],
        { csr: inputs.certRequestPem, ca: inputs.caCertPem, caKey: inputs.caPrivateKeyPem, extensions },
      );
      return { id: randomUUID(), outputs: { ...inputs, certPem } };
    },
  },
};

function newKey({ algorithm, rsaBits }: Props): Props {
  const pem = (key: KeyObject, type: "pkcs8" | "sec1" | "pkcs1") =>
    key.export({ type, format: "pem" } as { type: "pkcs8"; format: "pem" });
  const { privateKey } =
    algorithm === "RSA"
      ? generateKeyPairSync("rsa", { modulusLength: Number(rsaBits ?? 2048) })
      : algorithm === "ED25519"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("ec", { namedCurve: "P-256" });
  const form = algorithm === "RSA" ? "pkcs1" : algorithm === "ED25519" ? "pkcs8" : "sec1";
  return {
    privateKeyPem: pem(privateKey, form),
    publicKeyPem: createPublicKey(privateKey).export({ type: "spki", format: "pem" }),
  };
}

const days = (inputs: Props) => String(Math.ceil(Number(inputs.validityPeriodHours) / 24));

function subject({ subject }: Props): string {
  const { commonName, organization } = (subject ?? {}) as { commonName?: string; organization?: string };
  return `${organization ? `/O=${organization}` : ""}/CN=${commonName ?? ""}`;
}

function names({ dnsNames, ipAddresses }: Props): string[] {
  const all = [
    ...((dnsNames ?? []) as string[]).map((name) => `DNS:${name}`),
    ...((ipAddresses ?? []) as string[]).map((ip) => `IP:${ip}`),
  ];
  return all.length > 0 ? ["-addext", `subjectAltName=${all.join(",")}`] : [];
}

/** The provider's usage names in openssl's words. */
function usages({ allowedUses }: Props): { key: string; extended: string } {
  const words: Record<string, string> = {
    cert_signing: "keyCertSign",
    crl_signing: "cRLSign",
    digital_signature: "digitalSignature",
    key_encipherment: "keyEncipherment",
  };
  const extended: Record<string, string> = { client_auth: "clientAuth", server_auth: "serverAuth" };
  const pick = (table: Record<string, string>) =>
    (allowedUses as string[]).flatMap((use) => table[use] ?? []).join(",");
  return { key: pick(words), extended: pick(extended) };
}

/** Runs openssl in a folder of its own with the given files, which are gone afterwards. */
async function openssl(args: string[], files: Record<string, unknown>): Promise<string> {
  const cwd = fs.mkdtempSync(path.join(stateDir, "tls-"));
  try {
    for (const [name, content] of Object.entries(files))
      fs.writeFileSync(path.join(cwd, name), String(content), { mode: 0o600 });
    return await run("openssl", args, { cwd });
  } finally {
    fs.rmSync(cwd, { recursive: true });
  }
}

// The library's dependency injection wants it loaded first.
import "reflect-metadata";
import { createHash, createPublicKey, KeyObject, randomBytes, webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";
import { list, Props, text } from "../protocol/values";
import { parseKey } from "./keys";

/** The provider's usage names: bits of the key usage, and object identifiers of the extended one (common_cert.go). */
const KEY_USAGES: Record<string, x509.KeyUsageFlags> = {
  digital_signature: x509.KeyUsageFlags.digitalSignature,
  content_commitment: x509.KeyUsageFlags.nonRepudiation,
  key_encipherment: x509.KeyUsageFlags.keyEncipherment,
  data_encipherment: x509.KeyUsageFlags.dataEncipherment,
  key_agreement: x509.KeyUsageFlags.keyAgreement,
  cert_signing: x509.KeyUsageFlags.keyCertSign,
  crl_signing: x509.KeyUsageFlags.cRLSign,
  encipher_only: x509.KeyUsageFlags.encipherOnly,
  decipher_only: x509.KeyUsageFlags.decipherOnly,
};
const EXTENDED_USAGES: Record<string, string> = {
  any_extended: "2.5.29.37.0",
  server_auth: x509.ExtendedKeyUsage.serverAuth,
  client_auth: x509.ExtendedKeyUsage.clientAuth,
  code_signing: x509.ExtendedKeyUsage.codeSigning,
  email_protection: x509.ExtendedKeyUsage.emailProtection,
  timestamping: x509.ExtendedKeyUsage.timeStamping,
  ocsp_signing: x509.ExtendedKeyUsage.ocspSigning,
};
export const USAGES = [...Object.keys(KEY_USAGES), ...Object.keys(EXTENDED_USAGES)];

const SUBJECT_ALTERNATIVE_NAMES = "2.5.29.17";

x509.cryptoProvider.set(webcrypto);

/** What a certificate is to be; what it shares with the provider's inputs has their names. */
export interface CertificateRequest {
  subject: x509.Name;
  publicKey: x509.PublicKey | webcrypto.CryptoKey;
  names?: x509.SubjectAlternativeNameExtension | undefined;
  inputs: Props;
}

/** A certificate as the provider keeps it. */
export interface Issued {
  /** Its serial number, decimal. */
  id: string;
  certPem: string;
  validityStartTime: string;
  validityEndTime: string;
}

interface Signer {
  key: KeyObject;
  /** The signer's certificate; undefined: the certificate signs itself. */
  certificate?: x509.X509Certificate;
}

/** Signs a certificate with the extensions that Go's crypto/x509 gives it, in its order. Valid from now on, for exactly the hours said. */
export async function issue(request: CertificateRequest, signer: Signer, now = new Date()): Promise<Issued> {
  const { subject, publicKey, names, inputs } = request;
  const hours = Number(inputs.validityPeriodHours);
  const end = new Date(now.getTime() + hours * 3_600_000);
  // Positive, and without a leading zero byte: 128 bits that begin with 01.
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const uses = list<string>(inputs.allowedUses);
  const flags = uses.reduce((all, use) => all | (KEY_USAGES[use] ?? 0), 0);
  const extended = uses.flatMap((use) => EXTENDED_USAGES[use] ?? []);
  const authority = inputs.isCaCertificate === true;
  const ownId = authority || inputs.setSubjectKeyId === true ? await subjectKeyId(publicKey) : undefined;
  const issuerId = signer.certificate
    ? signer.certificate.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId
    : inputs.setAuthorityKeyId === true
      ? ownId
      : undefined;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial.toString("hex"),
    subject,
    issuer: signer.certificate?.subjectName ?? subject,
    notBefore: now,
    notAfter: end,
    publicKey,
    signingKey: await signingKey(signer.key),
    signingAlgorithm: algorithm(signer.key),
    extensions: [
      ...(flags === 0 ? [] : [new x509.KeyUsagesExtension(flags, true)]),
      ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension(extended)]),
      new x509.BasicConstraintsExtension(authority, undefined, true),
      ...(ownId === undefined ? [] : [new x509.SubjectKeyIdentifierExtension(ownId)]),
      ...(issuerId === undefined ? [] : [new x509.AuthorityKeyIdentifierExtension(issuerId)]),
      ...(names === undefined ? [] : [names]),
    ],
  });
  return {
    id: BigInt(`0x${serial.toString("hex")}`).toString(),
    certPem: `${certificate.toString("pem")}\n`,
    validityStartTime: now.toISOString(),
    validityEndTime: end.toISOString(),
  };
}

/** A certificate request, PEM. */
export async function request(inputs: Props): Promise<string> {
  const key = parseKey(inputs.privateKeyPem);
  const names = subjectNames(inputs);
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subjectName(inputs),
    keys: { privateKey: await signingKey(key), publicKey: await verifyingKey(key) },
    signingAlgorithm: algorithm(key),
    extensions: names ? [names] : [],
  });
  return `${made.toString("pem")}\n`;
}

/** The subject in the order in which Go writes it (crypto/x509/pkix, ToRDNSequence). */
export function subjectName({ subject }: Props): x509.Name {
  const said = (subject ?? {}) as Record<string, string | undefined>;
  const parts = [
    ["C", said.country],
    ["O", said.organization],
    ["OU", said.organizationalUnit],
    ["L", said.locality],
    ["ST", said.province],
    ["CN", said.commonName],
  ] as const;
  return new x509.Name(parts.flatMap(([type, value]) => (value ? [{ [type]: [value] }] : [])));
}

/** Names and addresses; undefined where there are none. */
export function subjectNames({ dnsNames, ipAddresses, uris }: Props): x509.SubjectAlternativeNameExtension | undefined {
  const all: x509.JsonGeneralNames = [
    ...list<string>(dnsNames).map((value) => ({ type: "dns", value }) as const),
    ...list<string>(ipAddresses).map((value) => ({ type: "ip", value }) as const),
    ...list<string>(uris).map((value) => ({ type: "url", value }) as const),
  ];
  return all.length > 0 ? new x509.SubjectAlternativeNameExtension(all) : undefined;
}

/** What Go derives from a key (common_cert.go, generateSubjectKeyID): SHA-1 of the public key's bits, hexadecimal. */
async function subjectKeyId(key: x509.PublicKey | webcrypto.CryptoKey): Promise<string> {
  const publicKey = key instanceof x509.PublicKey ? key : await x509.PublicKey.create(key);
  const bits = Buffer.from(await publicKey.getKeyIdentifier());
  // An Ed25519 key is hashed as an ASN.1 octet string there.
  if ((publicKey.algorithm as Algorithm).name !== "Ed25519") return bits.toString("hex");
  const raw = Buffer.from(publicKey.rawData).subarray(-32);
  return createHash("sha1")
    .update(Buffer.concat([Buffer.from([4, raw.length]), raw]))
    .digest("hex");
}

type Algorithm = { name: string } & Record<string, string>;

/** How a key signs: what Go chooses for it. */
function algorithm(key: KeyObject): Algorithm {
  if (key.asymmetricKeyType === "rsa") return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  if (key.asymmetricKeyType === "ed25519") return { name: "Ed25519" };
  const curve = String((key.export({ format: "jwk" }) as { crv?: string }).crv);
  return { name: "ECDSA", namedCurve: curve, hash: { "P-384": "SHA-384", "P-521": "SHA-512" }[curve] ?? "SHA-256" };
}

const signingKey = (key: KeyObject) =>
  webcrypto.subtle.importKey("pkcs8", key.export({ type: "pkcs8", format: "der" }), algorithm(key), true, ["sign"]);

/** The public half, for a certificate about this key. */
export const verifyingKey = (key: KeyObject) => {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return webcrypto.subtle.importKey("spki", spki, algorithm(key), true, ["verify"]);
};

export const parseCertificate = (pem: unknown) => new x509.X509Certificate(text(pem));

/** What a certificate request asks for. */
export function parseRequest(pem: unknown): Omit<CertificateRequest, "inputs"> {
  const parsed = new x509.Pkcs10CertificateRequest(text(pem));
  const names = parsed.getExtension(SUBJECT_ALTERNATIVE_NAMES);
  return {
    subject: parsed.subjectName,
    publicKey: parsed.publicKey,
    ...(names instanceof x509.SubjectAlternativeNameExtension ? { names } : {}),
  };
}

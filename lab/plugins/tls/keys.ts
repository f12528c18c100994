import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, KeyObject } from "node:crypto";
import { Props, text } from "../protocol/values";

/** Curves by the provider's names. Its default, P224, is not among them: WebCrypto, which signs here, does not know it. */
const CURVES: Record<string, string> = { P256: "P-256", P384: "P-384", P521: "P-521" };
export const CURVE_NAMES = Object.keys(CURVES);
export const ALGORITHMS = ["RSA", "ECDSA", "ED25519"];

/** A new private key. */
export function newKey({ algorithm, ecdsaCurve, rsaBits }: Props): KeyObject {
  switch (algorithm) {
    case "RSA":
      return generateKeyPairSync("rsa", { modulusLength: Number(rsaBits ?? 2048) }).privateKey;
    case "ECDSA":
      return generateKeyPairSync("ec", { namedCurve: CURVES[text(ecdsaCurve)]! }).privateKey;
    case "ED25519":
      return generateKeyPairSync("ed25519").privateKey;
  }
  throw new Error(`No key algorithm ${text(algorithm)}`);
}

const pem = (key: KeyObject, type: "pkcs8" | "sec1" | "pkcs1" | "spki") =>
  text(key.export({ type, format: "pem" } as { type: "pkcs8"; format: "pem" }));

/** The provider's name of a key's algorithm. @throws Error for any other algorithm */
export function algorithmOf(key: KeyObject): string {
  const names: Record<string, string> = { rsa: "RSA", ec: "ECDSA", ed25519: "ED25519" };
  const name = names[key.asymmetricKeyType ?? ""];
  if (!name) throw new Error(`The lab's tls plugin does not know keys of type ${text(key.asymmetricKeyType)}`);
  return name;
}

/** A private key in all the forms of `tls.PrivateKey`'s outputs (resource_private_key.go). */
export function keyOutputs(key: KeyObject): Props {
  const form = ({ rsa: "pkcs1", ec: "sec1" } as const)[key.asymmetricKeyType as "rsa" | "ec"] ?? "pkcs8";
  const publicKey = createPublicKey(key);
  const blob = sshBlob(publicKey);
  const [kind] = sshParts(blob);
  const md5 = createHash("md5").update(blob).digest("hex").match(/../g)!.join(":");
  return {
    privateKeyPem: pem(key, form),
    privateKeyPemPkcs8: pem(key, "pkcs8"),
    privateKeyOpenssh: sshPrivate(key, blob),
    publicKeyPem: pem(publicKey, "spki"),
    publicKeyOpenssh: `${kind!.toString()} ${blob.toString("base64")}\n`,
    publicKeyFingerprintMd5: md5,
    publicKeyFingerprintSha256: `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`,
  };
}

/** @throws Error where the text holds no private key */
export function parseKey(pem: unknown): KeyObject {
  return createPrivateKey(text(pem));
}

/** A string on SSH's wire: its length, and itself (RFC 4251, 5). */
const sshString = (bytes: Buffer | string) => {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};
/** A number that is not negative: a leading zero where its first bit is set, none elsewhere. */
const sshInteger = (base64url: string | undefined) => {
  const bytes = Buffer.from(base64url ?? "", "base64url");
  return sshString(bytes[0]! >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};
const coordinates = ({ x, y }: JsonWebKey, length: number) => {
  const padded = (value: string | undefined) => {
    const bytes = Buffer.from(value ?? "", "base64url");
    return Buffer.concat([Buffer.alloc(length - bytes.length), bytes]);
  };
  return Buffer.concat([Buffer.from([4]), padded(x), padded(y)]);
};
interface JsonWebKey {
  crv?: string;
  x?: string;
  y?: string;
  [member: string]: string | undefined;
}
const jwk = (key: KeyObject) => key.export({ format: "jwk" }) as JsonWebKey;

function sshBlob(publicKey: KeyObject): Buffer {
  const key = jwk(publicKey);
  switch (publicKey.asymmetricKeyType) {
    case "rsa":
      return Buffer.concat([sshString("ssh-rsa"), sshInteger(key.e), sshInteger(key.n)]);
    case "ed25519":
      return Buffer.concat([sshString("ssh-ed25519"), sshString(Buffer.from(key.x!, "base64url"))]);
    default: {
      const curve = `nistp${key.crv!.slice(2)}`;
      const point = coordinates(key, Math.ceil(Number(key.crv!.slice(2)) / 8));
      return Buffer.concat([sshString(`ecdsa-sha2-${curve}`), sshString(curve), sshString(point)]);
    }
  }
}

function sshParts(blob: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    const length = blob.readUInt32BE(at);
    parts.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}

/** OpenSSH's own form, not encrypted (openssh PROTOCOL.key). */
function sshPrivate(key: KeyObject, blob: Buffer): string {
  const parts = jwk(key);
  const own = {
    rsa: () => ["n", "e", "d", "qi", "p", "q"].map((member) => sshInteger(parts[member])),
    ed25519: () => {
      const x = Buffer.from(parts.x!, "base64url");
      return [sshString(x), sshString(Buffer.concat([Buffer.from(parts.d!, "base64url"), x]))];
    },
    ec: () => [...sshParts(blob).slice(1).map(sshString), sshInteger(parts.d)],
  }[key.asymmetricKeyType as "rsa" | "ed25519" | "ec"]();
  const check = createHash("sha256").update(blob).digest().subarray(0, 4);
  const name = sshString(sshParts(blob)[0]!);
  const body = Buffer.concat([check, check, name, ...own, sshString("")]);
  const padding = Buffer.from(Array.from({ length: (8 - (body.length % 8)) % 8 }, (_, i) => i + 1));
  const count = Buffer.from([0, 0, 0, 1]);
  const none = [sshString("none"), sshString("none"), sshString("")];
  const all = [
    Buffer.from("openssh-key-v1\0"),
    ...none,
    count,
    sshString(blob),
    sshString(Buffer.concat([body, padding])),
  ];
  const lines = Buffer.concat(all)
    .toString("base64")
    .match(/.{1,64}/g)!
    .join("\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Recovery } from "../components/settings/recovery";

const P256 = { namedCurve: "prime256v1", publicKeyEncoding: { type: "spki", format: "pem" } } as const;

/** A new private key on P-256, as @pulumi/tls writes it. */
export const ecKey = () =>
  generateKeyPairSync("ec", { ...P256, privateKeyEncoding: { type: "sec1", format: "pem" } }).privateKey;

/** A new RSA key, as @pulumi/tls writes it. */
export const rsaKey = (modulusLength = 2_048) =>
  generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;

/** The keys of an earlier cluster of that name. */
export const recoveryKeys = (name = "old"): Recovery => ({
  authorities: {
    1: {
      kubernetes: { commonName: `${name}-ca`, privateKey: ecKey() },
      etcd: { commonName: `${name}-etcd-ca`, privateKey: ecKey() },
      frontProxy: { commonName: `${name}-front-proxy-ca`, privateKey: ecKey() },
    },
  },
  serviceAccount: { 1: rsaKey() },
  encryption: { 1: encryptionKey() },
});

/** 32 random bytes. */
export const encryptionKey = () => randomBytes(32).toString("base64");

/** What must not be seen anywhere: lines of each private key that its public half does not have, and the encryption key. */
export const secretsOf = ({ authorities, serviceAccount, encryption }: Recovery): string[] => {
  const lines = (pem: string) => pem.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
  return [
    // The number itself is in the first line, and behind it the point (RFC 5915, 3).
    ...Object.values(authorities).flatMap((each) => Object.values(each).map(({ privateKey }) => lines(privateKey)[0]!)),
    // The modulus and the exponent of the public half come first (RFC 8017, A.1.2): 260 bytes, or five lines and a half.
    ...Object.values(serviceAccount).flatMap((key) => lines(key).slice(7)),
    ...Object.values(encryption),
  ];
};

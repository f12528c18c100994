import { createPrivateKey, KeyObject } from "node:crypto";
import { z } from "zod";

/** The cluster's certificate authorities. */
export const AUTHORITIES = ["kubernetes", "etcd", "frontProxy"] as const;
export type AuthorityName = (typeof AUTHORITIES)[number];

/** Whatever is signed names its authority by this name, and is verified by this key: together they are the authority. */
export interface AuthorityKey {
  /** Of the authority's certificate, its subject and issuer. */
  commonName: string;
  /** PEM. */
  privateKey: string;
}

/** What a snapshot of etcd needs beside itself, so that a new cluster is the old one to whoever knew that. */
export interface Recovery {
  authorities: Record<AuthorityName, AuthorityKey>;
  /** Signs service accounts' tokens; private, PEM. */
  serviceAccountKey: string;
  /** Encrypts Secrets in etcd: 32 bytes in base64. */
  encryptionKey: string;
}

/** Version of the text. It rises when an earlier release could not read it. */
const VERSION = 1;

/** On one line, as the output `recovery` has it; the same keys always give the same text. */
export function recoveryText({ authorities, serviceAccountKey, encryptionKey }: Recovery): string {
  const own = ({ commonName, privateKey }: AuthorityKey) => ({ commonName, privateKey });
  const named = AUTHORITIES.map((name) => [name, own(authorities[name])]);
  return JSON.stringify({
    version: VERSION,
    authorities: Object.fromEntries(named) as object,
    serviceAccountKey,
    encryptionKey,
  });
}

/** Reads such a text. @throws Error, without any of the text, where it has problems (`recoveryProblem`) */
export function parseRecovery(text: string): Recovery {
  const found = schema.safeParse(jsonOf(text));
  if (!found.success) throw new Error(`recovery keys: ${parts(found.error)}`);
  return found.data;
}

/** What is wrong with such a text, as the rest of a sentence that begins with it; undefined where nothing is. None of it is shown. */
export function recoveryProblem(text: string): string | undefined {
  if (text.trim() === "[secret]") return "is what the output shows without --show-secrets";
  const value = jsonOf(text);
  if (typeof value !== "object" || value === null) return "is not the JSON of the output recovery";
  const { version } = value as { version?: unknown };
  if (Number.isSafeInteger(version) && version !== VERSION)
    return `has version ${String(version)}, and this release reads version ${VERSION}`;
  const found = schema.safeParse(value);
  return found.success ? undefined : `is not what the output recovery has: ${parts(found.error)}`;
}

/** Where something is missing or wrong, and what should be there. */
const parts = ({ issues }: z.ZodError): string =>
  issues
    .map(({ code, path, message }) => {
      const where = path.length === 0 ? "the whole" : path.join(".");
      return `${where} ${code === "unrecognized_keys" ? "has parts that do not belong there" : message}`;
    })
    .join("; ");

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One PEM block and nothing else, not encrypted: Go's and Node's readers skip what stands around it. */
const PEM = /^-----BEGIN ((?:EC |RSA )?PRIVATE KEY)-----\n(?:[A-Za-z0-9+/]+={0,2}\n)+-----END \1-----\n?$/;

function privateKey(pem: string): KeyObject | undefined {
  if (!PEM.test(pem)) return undefined;
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

const otherwise = (is: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? "is missing" : is),
});

const text = (is: string, holds: (value: string) => boolean) => z.string(otherwise(is)).refine(holds, { error: is });

const authority = z.strictObject(
  {
    // In a certificate it is a text of its own: what fits into the names of a program's resources.
    commonName: text("is no name", (value) => /^[\w.-]{1,128}$/.test(value)),
    privateKey: text(
      "is no ECDSA key on P-256, PEM",
      (pem) => privateKey(pem)?.asymmetricKeyDetails?.namedCurve === "prime256v1",
    ),
  },
  otherwise("is no map"),
);

/** The keys as this release makes them (pki/index.ts): user-data has room for these. */
const schema = z.strictObject({
  version: z.literal(VERSION, otherwise("is no number")),
  authorities: z.strictObject(
    Object.fromEntries(AUTHORITIES.map((name) => [name, authority])) as Record<AuthorityName, typeof authority>,
    otherwise("is no map"),
  ),
  serviceAccountKey: text("is no RSA key of 2,048 bits, PEM", (pem) => {
    const key = privateKey(pem);
    return key?.asymmetricKeyType === "rsa" && key.asymmetricKeyDetails?.modulusLength === 2_048;
  }),
  encryptionKey: text("is not 32 bytes in base64", (value) => {
    const bytes = Buffer.from(value, "base64");
    return bytes.length === 32 && bytes.toString("base64") === value;
  }),
});

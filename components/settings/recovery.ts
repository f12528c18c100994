import { createPrivateKey, KeyObject } from "node:crypto";
import { z } from "zod";
import { ByGeneration } from "./generations";

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
  /** Each by its generation, like all below. */
  authorities: ByGeneration<Authorities>;
  /** Sign service accounts' tokens; private, PEM. */
  serviceAccount: ByGeneration<string>;
  /** Encrypt Secrets in etcd: 32 bytes each, in base64. */
  encryption: ByGeneration<string>;
}
export type Authorities = Record<AuthorityName, AuthorityKey>;

/** Versions of the text. Where all keys are of the first generation, it is one that earlier releases read as well. */
const [ONE, BY_GENERATION] = [1, 2] as const;

/** On one line, as the output `recovery` has it; the same keys always give the same text. */
export function recoveryText({ authorities, serviceAccount, encryption }: Recovery): string {
  const own = ({ commonName, privateKey }: AuthorityKey) => ({ commonName, privateKey });
  const named = (all: Authorities) =>
    Object.fromEntries(AUTHORITIES.map((name) => [name, own(all[name])])) as unknown as Authorities;
  // Numbers as names are in their order, whoever wrote them (ECMA-262, OrdinaryOwnPropertyKeys).
  const each = Object.fromEntries(Object.entries(authorities).map(([n, all]) => [n, named(all)]));
  const kinds = [authorities, serviceAccount, encryption];
  if (kinds.every((kind) => Object.keys(kind).join() === "1"))
    return JSON.stringify({
      version: ONE,
      authorities: each["1"],
      serviceAccountKey: serviceAccount["1"],
      encryptionKey: encryption["1"],
    });
  return JSON.stringify({
    version: BY_GENERATION,
    authorities: each,
    serviceAccount: { ...serviceAccount },
    encryption: { ...encryption },
  });
}

/** Reads such a text. @throws Error, without any of the text, where it has problems (`recoveryProblem`) */
export function parseRecovery(text: string): Recovery {
  const value = jsonOf(text);
  const found = schemaOf(value).safeParse(value);
  if (!found.success) throw new Error(`recovery keys: ${parts(found.error)}`);
  return found.data;
}

/** What is wrong with such a text, as the rest of a sentence that begins with it; undefined where nothing is. None of it is shown. */
export function recoveryProblem(text: string): string | undefined {
  if (text.trim() === "[secret]") return "is what the output shows without --show-secrets";
  const value = jsonOf(text);
  if (typeof value !== "object" || value === null) return "is not the JSON of the output recovery";
  const { version } = value as { version?: unknown };
  if (Number.isSafeInteger(version) && version !== ONE && version !== BY_GENERATION)
    return `has version ${String(version)}, and this release reads versions ${ONE} and ${BY_GENERATION}`;
  const found = schemaOf(value).safeParse(value);
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

const authorities = z.strictObject(
  Object.fromEntries(AUTHORITIES.map((name) => [name, authority])) as Record<AuthorityName, typeof authority>,
  otherwise("is no map"),
);
const serviceAccountKey = text("is no RSA key of 2,048 bits, PEM", (pem) => {
  const key = privateKey(pem);
  return key?.asymmetricKeyType === "rsa" && key.asymmetricKeyDetails?.modulusLength === 2_048;
});
const encryptionKey = text("is not 32 bytes in base64", (value) => {
  const bytes = Buffer.from(value, "base64");
  return bytes.length === 32 && bytes.toString("base64") === value;
});

/** The keys as this release makes them (pki/index.ts): user-data has room for these. */
const one = z
  .strictObject({
    version: z.literal(ONE, otherwise("is no number")),
    authorities,
    serviceAccountKey,
    encryptionKey,
  })
  .transform(({ authorities, serviceAccountKey, encryptionKey }): Recovery => ({
    authorities: { 1: authorities },
    serviceAccount: { 1: serviceAccountKey },
    encryption: { 1: encryptionKey },
  }));

const byGeneration = <T extends z.ZodType>(key: T) =>
  z
    .record(z.string().regex(/^[1-9]\d{0,3}$/), key, otherwise("is no generation, or no map of them"))
    .refine((all) => [1, 2].includes(Object.keys(all).length), { error: "has not one generation or two" });

const several = z
  .strictObject({
    version: z.literal(BY_GENERATION),
    authorities: byGeneration(authorities),
    serviceAccount: byGeneration(serviceAccountKey),
    encryption: byGeneration(encryptionKey),
  })
  .transform(({ authorities, serviceAccount, encryption }): Recovery => ({ authorities, serviceAccount, encryption }));

const schemaOf = (value: unknown) =>
  (value as { version?: unknown } | undefined)?.version === BY_GENERATION ? several : one;

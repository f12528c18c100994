import { z } from "zod";
import { cidrProblem, isAddress } from "../../addressing/ipv4";

/**
 * What a key's documentation is made of, beside what the schema itself says (type, default, bounds). docs/configuration.md,
 * README.md and Pulumi.yaml are generated from it by `npm run docs`. Texts are Markdown.
 */
declare module "zod" {
  interface GlobalMeta {
    /** What the key means. Its first sentence stands alone in README.md and Pulumi.yaml. */
    description?: string;
    /** What stands in for a key that is left out, or what an empty list means. */
    whenUnset?: string;
    /** What the checks beside the schema require, as the rest of "allowed: …". */
    rule?: string;
    /** The unit of a number. */
    unit?: string;
    /** The type's name, for a text that has a form of its own. */
    typeName?: string;
    /** How such a text is written. */
    typeMeaning?: string;
  }
}

/** A message of ours has two lines, problem and remedy; zod's own have one. */
export const issue = (problem: string, remedy: string) => `${problem}\n${remedy}`;

export const optional = <T extends z.ZodType>(schema: T) => schema.optional();

/** A text that the cloud or the node makes sense of: a name, an id, an image, a release. */
export const text = z.string().min(1);

export const cidr = z
  .string()
  .superRefine((value, context) => {
    const wrong = cidrProblem(value);
    if (wrong) context.addIssue({ code: "custom", message: issue(wrong.problem, wrong.remedy) });
  })
  .meta({ typeName: "CIDR", typeMeaning: "IPv4 range as `address/prefix`, without host bits: `10.200.0.0/16`" });

export const address = z
  .string()
  .refine(isAddress, issue("is not an IPv4 address", "Write a dotted quad, for example 10.106.1.1."))
  .meta({ typeName: "address", typeMeaning: "IPv4 address as a dotted quad: `10.106.1.1`" });

const LABEL_MAX = 63;
const NAME_MAX = 253;
/** RFC 1123 labels: node names become host names and Kubernetes object names. */
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const isDnsLabel = (value: string) => value.length <= LABEL_MAX && DNS_LABEL.test(value);

export const dnsLabel = z
  .string()
  .refine(
    isDnsLabel,
    issue("is not a DNS label", `Use lower-case letters, digits and inner hyphens, ${LABEL_MAX} at most (RFC 1123).`),
  )
  .meta({
    typeName: "DNS label",
    typeMeaning: `lower-case letters, digits and inner hyphens, ${LABEL_MAX} characters at most (RFC 1123)`,
  });

export const dnsName = z
  .string()
  .refine(
    (value) => value.length <= NAME_MAX && value.split(".").every(isDnsLabel),
    issue("is not a DNS name", "Use DNS labels joined by dots, for example cluster.local."),
  )
  .meta({ typeName: "DNS name", typeMeaning: `DNS labels joined by dots, ${NAME_MAX} characters at most` });

export const kubernetesRelease = z
  .string()
  .regex(/^v?1\.\d+(\.\d+)?$/, issue("is not a Kubernetes release", 'Write it in quotes, for example "1.34.1".'))
  .meta({
    typeName: "Kubernetes release",
    typeMeaning: '`"1.34.1"`, or `"1.34"` without patch number; in quotes, since YAML reads 1.30 as the number 1.3',
  });

export const portRange = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, issue("is not a port range", "Write first-last, for example 3000-32767."))
  .meta({ typeName: "port range", typeMeaning: "`first-last`, both included: `3000-32767`" });

export const publicKey = z
  .string()
  .regex(/^(ssh|ecdsa|sk)-\S+ \S+/, issue("is not an OpenSSH public key", "Give the line of the .pub file."))
  .meta({
    typeName: "OpenSSH public key",
    typeMeaning: "the line of the `.pub` file, beginning with `ssh-`, `ecdsa-` or `sk-`",
  });

export const absolutePath = z
  .string()
  .regex(/^\/\S+$/, issue("is not an absolute path", "Begin with a slash."))
  .meta({ typeName: "absolute path", typeMeaning: "begins with a slash; no white space" });

export const fileMode = z
  .string()
  .regex(/^0?[0-7]{3}$/, issue("is not a file mode", 'Write octal digits in quotes: "0644".'))
  .meta({ typeName: "file mode", typeMeaning: 'octal digits in quotes: `"0644"`' });

export const url = z
  .string()
  .regex(/^https?:\/\/[^\s/]+(\/\S*)?$/, issue("is not a URL", "Write http(s)://host/path of the mirror."))
  .meta({ typeName: "URL", typeMeaning: "`http://host/path` or `https://host/path`" });

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, issue("is not a SHA-256", "Write 64 lower-case hexadecimal digits."))
  .meta({ typeName: "SHA-256 digest", typeMeaning: "64 lower-case hexadecimal digits" });

/** Counts and slots: far above what a subnet or a router carries, and low enough to be walked through. */
export const count = z.int().min(0).max(65_535);

export const hours = z.int().meta({ unit: "hours" });

import { z } from "zod";
import { cidrProblem, isAddress } from "../../addressing/ipv4";
import * as files from "../forms/files";
import { Form, rule } from "../forms/form";
import * as hosts from "../forms/hosts";
import { imageReference } from "../forms/image";
import * as kubernetes from "../forms/kubernetesNames";
import { publicKey as sshPublicKey } from "../forms/sshKey";
import * as forms from "../forms/text";
import { recoveryProblem } from "../recovery";

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
    /** The value is never shown, and taken as a secret of Pulumi's configuration only. */
    secret?: boolean;
  }
}

/** A message of ours has two lines, problem and remedy; zod's own have one. */
export const issue = (problem: string, remedy: string) => `${problem}\n${remedy}`;

export const optional = <T extends z.ZodType>(schema: T) => schema.optional();

/** A text of which a rule tells what is wrong with it. */
const formed = (form: Form) =>
  z.string().superRefine((value, context) => {
    const wrong = form(value);
    if (wrong) context.addIssue({ code: "custom", message: issue(wrong.problem, wrong.remedy) });
  });

/** A name that the cloud knows: a flavor's, an image's, a zone's. */
export const name = formed(forms.name)
  .min(1)
  .meta({ typeName: "name", typeMeaning: "as OpenStack shows it: visible characters on one line, 255 at most" });

export const cidr = formed(cidrProblem).meta({
  typeName: "CIDR",
  typeMeaning: "IPv4 range as `address/prefix`, without host bits: `10.200.0.0/16`",
});

export const address = formed(
  rule(isAddress, "is not an IPv4 address", "Write a dotted quad, for example 10.106.1.1."),
).meta({ typeName: "address", typeMeaning: "IPv4 address as a dotted quad: `10.106.1.1`" });

export const dnsLabel = formed(hosts.dnsLabel).meta({
  typeName: "DNS label",
  typeMeaning: "lower-case letters, digits and inner hyphens, 63 characters at most (RFC 1123)",
});

export const clusterDomain = formed(hosts.clusterDomain).meta({
  typeName: "domain",
  typeMeaning: "two DNS labels or more, joined by dots, 121 characters at most; not below `arpa` or `localhost`",
});

export const host = formed(hosts.host).meta({
  typeName: "host",
  typeMeaning: "IPv4 address, or DNS name in lower case; no scheme, port or path",
});

export const url = formed(hosts.url).meta({
  typeName: "URL",
  typeMeaning: "`http://host/path` or `https://host:port/path`; no user name, password, query or fragment",
});

export const upstreamFile = formed(hosts.upstreamFile);

export const uuid = formed(forms.uuid).meta({ typeName: "UUID", typeMeaning: "Neutron's id, as it shows it" });

export const kubernetesRelease = formed(forms.kubernetesRelease).meta({
  typeName: "Kubernetes release",
  typeMeaning:
    '`"1.36.3"`, or `"1.36"` without patch number; in quotes, since YAML reads 1.30 as the number 1.3; no leading zeros',
});

export const releaseNumber = formed(forms.releaseNumber).meta({
  typeName: "release",
  typeMeaning: "three numbers without `v`: `3.6.5`; `-rc.1` may follow",
});

export const portRange = z
  .string()
  .regex(
    /^(0|[1-9]\d{0,4})-(0|[1-9]\d{0,4})$/,
    issue("is not a port range", "Write first-last, for example 3000-32767."),
  )
  .meta({ typeName: "port range", typeMeaning: "`first-last`, both included: `3000-32767`" });

export const publicKey = formed(sshPublicKey).meta({
  typeName: "OpenSSH public key",
  typeMeaning:
    "the line of the `.pub` file, whole and without line break: Ed25519, ECDSA, RSA from 2,048 bits, or one of a security key",
});

export const filePath = formed(files.filePath).meta({
  typeName: "absolute path",
  typeMeaning:
    "begins with a slash and names a file; no white space, `//`, `.` or `..`; not in `/dev`, `/proc`, `/sys`",
});

export const fileContent = formed(forms.fileContent).meta({
  typeName: "text",
  typeMeaning: "no control characters from U+007F on, which cloud-init refuses",
});

export const fileMode = z
  .string()
  .regex(/^0?[0-7]{3}$/, issue("is not a file mode", 'Write octal digits in quotes: "0644".'))
  .meta({ typeName: "file mode", typeMeaning: 'octal digits in quotes: `"0644"`' });

export const snapshotName = z
  .string()
  .regex(
    /^(latest|[0-9A-Za-z][\w.-]{0,200}\.db)$/,
    issue("is neither latest nor the name of a snapshot", "Write latest, or a name without folder that ends in .db."),
  )
  .meta({ typeName: "snapshot", typeMeaning: "`latest`, or an object's name without its folder" });

export const sha256 = formed(forms.sha256).meta({
  typeName: "SHA-256 digest",
  typeMeaning: "64 lower-case hexadecimal digits",
});

export const nodeLabelKey = formed(kubernetes.nodeLabelKey);

export const labelValue = formed(kubernetes.labelValue).meta({
  typeName: "label value",
  typeMeaning: "letters, digits and inner `-`, `_`, `.`, 63 characters at most; may be empty",
});

export const taintKey = formed(kubernetes.taintKey).meta({
  typeName: "taint key",
  typeMeaning:
    "`name` or `prefix/name`, the prefix a DNS name; not under `node.kubernetes.io/`, whose taints Kubernetes puts and takes away",
});

export const image = formed(imageReference).meta({
  typeName: "image",
  typeMeaning: "`registry/path:tag` or `registry/path@sha256:digest`; no scheme",
});

export const recovery = formed((value) => {
  const problem = recoveryProblem(value);
  const remedy =
    "Give the output as it is: pulumi stack output recovery --show-secrets -s <old stack> | pulumi config set --secret hostroute:recovery -s <new stack>.";
  return problem === undefined ? undefined : { problem, remedy };
}).meta({
  typeName: "recovery keys",
  typeMeaning: "the output `recovery` of a stack, as it is",
  secret: true,
});

/** Counts and slots: far above what a subnet or a router carries, and low enough to be walked through. */
export const count = z.int().min(0).max(65_535);

/** Go counts durations in nanoseconds, in 64 bits: from 2,562,048 hours on a certificate would have ended before it began. */
const HOURS_MAX = 2_562_047;

export const hours = z.int().max(HOURS_MAX).meta({ unit: "hours" });

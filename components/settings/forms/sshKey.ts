import { allOf, Form, rule } from "./form";

/** What follows the kind in the key's blob (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4, openssh PROTOCOL.u2f): fields, each with its check. */
type Field = (field: Buffer) => boolean;
const bytes =
  (length: number): Field =>
  (field) =>
    field.length === length;
const named =
  (name: string): Field =>
  (field) =>
    field.toString("latin1") === name;
const point =
  (size: number): Field =>
  (field) =>
    field.length === 1 + 2 * size && field[0] === 4;
const some: Field = (field) => field.length > 0;
/** As a number without the zero before a high first bit. */
const bits = (field: Buffer) => {
  const first = field.findIndex((byte) => byte !== 0);
  return first < 0 ? 0 : (field.length - first) * 8 - Math.clz32(field[first]!) + 24;
};
/** Below, current distributions refuse the login (RHEL 9's crypto policy; OpenSSH itself below 1024). */
const RSA_BITS_MIN = 2_048;

const ecdsa = (curve: string, size: number) => [named(curve), point(size)];
const KINDS: Readonly<Record<string, readonly Field[]>> = {
  "ssh-ed25519": [bytes(32)],
  "ssh-rsa": [some, (modulus) => bits(modulus) > 0],
  "ecdsa-sha2-nistp256": ecdsa("nistp256", 32),
  "ecdsa-sha2-nistp384": ecdsa("nistp384", 48),
  "ecdsa-sha2-nistp521": ecdsa("nistp521", 66),
  "sk-ssh-ed25519@openssh.com": [bytes(32), some],
  "sk-ecdsa-sha2-nistp256@openssh.com": [...ecdsa("nistp256", 32), some],
};
const KIND_NAMES = Object.keys(KINDS);

/** The fields of a blob, each with its length before it; undefined where they do not end with it. */
function fieldsOf(blob: Buffer): Buffer[] | undefined {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    if (at + 4 > blob.length) return undefined;
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

const partsOf = (line: string) => {
  const [kind = "", text = ""] = line.split(/[ \t]+/);
  return { kind, text, fields: fieldsOf(Buffer.from(text, "base64")) };
};

/** Node decodes whatever it is given: the text is base64 where it comes out again. */
const isBase64 = (text: string) => text.length > 0 && Buffer.from(text, "base64").toString("base64") === text;

const isWhole = (line: string) => {
  const { kind, text, fields } = partsOf(line);
  const [first, ...rest] = fields ?? [];
  const checks = KINDS[kind]!;
  return (
    isBase64(text) &&
    first?.toString("latin1") === kind &&
    rest.length === checks.length &&
    checks.every((check, i) => check(rest[i]!))
  );
};

/** One line of an authorized_keys file: Nova hands it to cloud-init, which appends it there as it stands. */
export const publicKey: Form = allOf(
  rule(
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    (value) => !/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/.test(value),
    "has a line break or a control character in it",
    "Write one key on one line, without line break at its end (in YAML: not as a block after |).",
  ),
  rule(
    (value) => /^(ssh|ecdsa|sk)-\S+[ \t]+\S/.test(value),
    "is not an OpenSSH public key",
    "Give the line of the .pub file.",
  ),
  rule(
    (value) => KIND_NAMES.includes(partsOf(value).kind),
    "is of a kind that is not known, or that sshd no longer takes",
    `Give a key of one of these kinds: ${KIND_NAMES.join(", ")}.`,
  ),
  rule(isWhole, "is damaged: its second part is not a key of that kind", "Copy the whole line of the .pub file again."),
  rule(
    (value) => {
      const { kind, fields } = partsOf(value);
      return kind !== "ssh-rsa" || bits(fields![2]!) >= RSA_BITS_MIN;
    },
    `is an RSA key of less than ${RSA_BITS_MIN} bits`,
    "Make a new one: ssh-keygen -t ed25519.",
  ),
);

import { allOf, Form, rule } from "./form";

/** Names in Nova, Neutron and Glance have at most so many characters (nova/api/validation/parameter_types.py, neutron_lib/db/constants.py). */
const NAME_MAX = 255;

// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether every surrogate has its other half: else the text has no UTF-8, and what arrives is another one. */
const isWellFormed = (value: string) => !/\p{Surrogate}/u.test(value);

/** A name that OpenStack looks up: what is not visible in it never matches, and nobody sees why. */
export const name: Form = allOf(
  rule(
    (value) => !CONTROL.test(value) && isWellFormed(value),
    "contains characters that cannot be seen",
    "Write it on one line, without control characters.",
  ),
  rule(
    (value) => value === value.trim(),
    "begins or ends with white space",
    "Write it without spaces before and after it.",
  ),
  rule(
    (value) => [...value].length <= NAME_MAX,
    `is longer than ${NAME_MAX} characters`,
    "OpenStack has no longer names.",
  ),
);

/**
 * Characters that a YAML stream may not hold, or in which its readers do not agree: cloud-init's, PyYAML, refuses the whole document for
 * one of the first (yaml/reader.py, NON_PRINTABLE), and takes U+0085, U+2028 and U+2029 for line breaks.
 */

const NOT_IN_YAML = /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/;

/** The text of a file that cloud-init writes. */
export const fileContent: Form = rule(
  (value) => !NOT_IN_YAML.test(value) && isWellFormed(value),
  "contains a character that user-data cannot carry",
  "Write plain text: no control characters from U+007F to U+009F, no U+2028, U+2029, U+FFFE or U+FFFF.",
);

/** Neutron's ids, as it writes them (oslo_utils.uuidutils): they become part of URLs. */
export const uuid: Form = rule(
  (value) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
  "is not a UUID",
  "Give the id that `openstack network list`, `subnet list` or `security group list` shows, not a name.",
);

/** A release of a program, as its URL has it after the `v`. */
export const releaseNumber: Form = rule(
  (value) => /^(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){2}(-[0-9a-z]+(\.[0-9a-z]+)*)?$/.test(value),
  "is not a release number",
  "Write three numbers, without v and leading zeros, for example 3.6.5.",
);

export const kubernetesRelease: Form = rule(
  (value) => /^v?1\.(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2}))?$/.test(value),
  "is not a Kubernetes release",
  'Write it in quotes, for example "1.36.3".',
);

/** The digest of nothing: what a failed download leaves behind. */
const OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

export const sha256: Form = allOf(
  rule((value) => /^[0-9a-f]{64}$/.test(value), "is not a SHA-256", "Write 64 lower-case hexadecimal digits."),
  rule(
    (value) => value !== OF_NOTHING,
    "is the SHA-256 of an empty file",
    "The download that it was taken from had failed: take it from the published list.",
  ),
);

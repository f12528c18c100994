import { createHash } from "node:crypto";
import { Change, changes } from "../protocol/diff";
import { Kind } from "../protocol/kind";
import { Provider } from "../protocol/provider";
import { Properties, replaces, updates } from "../protocol/schema";
import { Props, text } from "../protocol/values";
import {
  issue,
  Issued,
  parseCertificate,
  parseRequest,
  request,
  subjectName,
  subjectNames,
  USAGES,
  verifyingKey,
} from "./certificates";
import { ALGORITHMS, algorithmOf, CURVE_NAMES, keyOutputs, newKey, parseKey } from "./keys";

const SOURCE = "terraform-provider-tls v4 internal/provider";
const NOTHING_TO_IMPORT =
  "The tls provider's resources cannot be imported: there is nothing of them but what Pulumi knows";
const sha1 = (value: unknown) => createHash("sha1").update(text(value)).digest("hex");
/** Nothing outside of the state is to be deleted. */
const forget = () => Promise.resolve();

const ofKey = (field: string) => replaces(`${SOURCE}/resource_private_key.go, ${field}: RequiresReplace`);

const privateKey: Kind = {
  inputs: {
    algorithm: { type: "string", required: true, oneOf: ALGORITHMS, ...ofKey("algorithm") },
    ecdsaCurve: { type: "string", computed: true, oneOf: CURVE_NAMES, ...ofKey("ecdsa_curve") },
    rsaBits: { type: "integer", default: 2048, ...ofKey("rsa_bits (default 2048)") },
  },
  secretOutputs: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
  notImportable: NOTHING_TO_IMPORT,
  check: ({ algorithm, ecdsaCurve }) =>
    algorithm === "ECDSA" && ecdsaCurve === undefined
      ? [
          {
            property: "ecdsaCurve",
            reason: "is required: the lab's plugin does not make keys on the default curve, P224",
          },
        ]
      : [],
  create: (goal) => {
    const outputs = keyOutputs(newKey(goal));
    const given = { rsaBits: 2048, ecdsaCurve: "P224", ...goal };
    return Promise.resolve({ id: sha1(outputs.publicKeyPem), state: { ...given, ...outputs } });
  },
  remove: forget,
};

const REQUEST = `${SOURCE}/resource_cert_request.go`;
const part = (field: string) =>
  ({ type: "string", ...replaces(`${REQUEST}, subject.${field}: RequiresReplace`) }) as const;

const subject: Properties = {
  commonName: part("common_name"),
  organization: part("organization"),
  organizationalUnit: part("organizational_unit"),
  country: part("country"),
  province: part("province"),
  locality: part("locality"),
};

/** What a request and a certificate that signs itself say alike. */
const naming = (file: string): Properties => ({
  subject: { type: { object: subject }, ...replaces(`${file}, subject: RequiresReplace`) },
  dnsNames: { type: { list: "string" }, ...replaces(`${file}, dns_names: RequiresReplace`) },
  ipAddresses: { type: { list: "string" }, ...replaces(`${file}, ip_addresses: RequiresReplace`) },
  uris: { type: { list: "string" }, ...replaces(`${file}, uris: RequiresReplace`) },
});

const pem = (file: string, field: string) =>
  ({
    type: "string",
    required: true,
    ...replaces(`${file}, ${field}: requireReplaceIfStateContainsPEMString`),
  }) as const;

const certRequest: Kind = {
  inputs: { ...naming(REQUEST), privateKeyPem: { ...pem(REQUEST, "private_key_pem"), secret: true } },
  notImportable: NOTHING_TO_IMPORT,
  create: async (goal) => {
    const certRequestPem = await request(goal);
    const keyAlgorithm = algorithmOf(parseKey(goal.privateKeyPem));
    return { id: sha1(certRequestPem), state: { ...goal, keyAlgorithm, certRequestPem } };
  },
  remove: forget,
};

/** What both kinds of certificate say alike. */
const validity = (file: string): Properties => ({
  validityPeriodHours: {
    type: "integer",
    required: true,
    ...replaces(`${file}, validity_period_hours: RequiresReplace`),
  },
  earlyRenewalHours: {
    type: "integer",
    default: 0,
    ...updates(`${file}, early_renewal_hours: no RequiresReplace, Update copies the plan`),
  },
  allowedUses: {
    type: { list: "string" },
    required: true,
    oneOf: USAGES,
    ...replaces(`${file}, allowed_uses: RequiresReplace`),
  },
  isCaCertificate: { type: "boolean", default: false, ...replaces(`${file}, is_ca_certificate: RequiresReplace`) },
  setSubjectKeyId: { type: "boolean", default: false, ...replaces(`${file}, set_subject_key_id: RequiresReplace`) },
});

const HOUR = 3_600_000;
/** Whether the time has come for another certificate (common_cert.go, modifyPlanIfCertificateReadyForRenewal). */
export function readyForRenewal(validityEndTime: unknown, earlyRenewalHours: unknown, now = Date.now()): boolean {
  return Date.parse(text(validityEndTime)) - Number(earlyRenewalHours ?? 0) * HOUR <= now;
}

/** A kind of certificate: replaced by any change but that of its early renewal, and once that has come. */
function certificate(inputs: Properties, create: (goal: Props) => Promise<Issued & Props>): Kind {
  return {
    inputs,
    notImportable: NOTHING_TO_IMPORT,
    check: (goal) =>
      ["validityPeriodHours", "earlyRenewalHours"]
        .filter((property) => typeof goal[property] === "number" && goal[property] < 0)
        .map((property) => ({ property, reason: "must not be negative" })),
    changes: ({ state }, goal) => {
      const due = readyForRenewal(state.validityEndTime, goal.earlyRenewalHours);
      const renewal: Change[] = due ? [{ path: ["readyForRenewal"], kind: "update", replaces: true }] : [];
      return [...changes(inputs, state, goal), ...renewal];
    },
    create: async (goal) => {
      const { id, ...made } = await create(goal);
      const defaults = Object.entries(inputs).map(([name, property]) => [name, property.default] as const);
      return { id, state: { ...Object.fromEntries(defaults), ...goal, ...made, readyForRenewal: false } };
    },
    read: (_id, { state }) => {
      if (!state) return Promise.resolve(undefined);
      const due = readyForRenewal(state.validityEndTime, state.earlyRenewalHours);
      return Promise.resolve(due ? { ...state, readyForRenewal: true } : state);
    },
    update: (_id, goal, state) =>
      Promise.resolve({ ...state, ...goal, earlyRenewalHours: goal.earlyRenewalHours ?? 0, readyForRenewal: false }),
    remove: forget,
  };
}

const SELF = `${SOURCE}/resource_self_signed_cert.go`;
const selfSignedCert = certificate(
  {
    ...naming(SELF),
    ...validity(SELF),
    privateKeyPem: { ...pem(SELF, "private_key_pem"), secret: true },
    setAuthorityKeyId: {
      type: "boolean",
      default: false,
      ...replaces(`${SELF}, set_authority_key_id: RequiresReplace`),
    },
  },
  async (inputs) => {
    const key = parseKey(inputs.privateKeyPem);
    const wanted = {
      subject: subjectName(inputs),
      names: subjectNames(inputs),
      publicKey: await verifyingKey(key),
      inputs,
    };
    return { ...(await issue(wanted, { key })), keyAlgorithm: algorithmOf(key) };
  },
);

const LOCAL = `${SOURCE}/resource_locally_signed_cert.go`;
const locallySignedCert = certificate(
  {
    ...validity(LOCAL),
    certRequestPem: pem(LOCAL, "cert_request_pem"),
    caCertPem: pem(LOCAL, "ca_cert_pem"),
    caPrivateKeyPem: { ...pem(LOCAL, "ca_private_key_pem"), secret: true },
  },
  async (inputs) => {
    const key = parseKey(inputs.caPrivateKeyPem);
    const signer = { key, certificate: parseCertificate(inputs.caCertPem) };
    return {
      ...(await issue({ ...parseRequest(inputs.certRequestPem), inputs }, signer)),
      caKeyAlgorithm: algorithmOf(key),
    };
  },
);

/** Stands in for @pulumi/tls. */
export const tls = (version: string): Provider => ({
  name: "tls",
  version,
  config: {},
  acceptSecrets: false,
  kinds: {
    "tls:index/privateKey:PrivateKey": privateKey,
    "tls:index/certRequest:CertRequest": certRequest,
    "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
    "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
  },
});

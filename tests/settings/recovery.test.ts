import { generateKeyPairSync } from "node:crypto";
import { formatProblem } from "../../components/settings/problem";
import { parseRecovery, Recovery, recoveryProblem, recoveryText } from "../../components/settings/recovery";
import { validate } from "../../components/settings/validate";
import { ecKey, encryptionKey, recoveryKeys, rsaKey, secretsOf } from "../recoveryKeys";

const keys = recoveryKeys();
const text = recoveryText(keys);
type Open = Record<string, unknown> & { authorities: Record<string, Record<string, unknown>> };
/** The text with something else in it. */
const with_ = (change: (open: Open) => void) => {
  const open = JSON.parse(text) as Open;
  change(open);
  return JSON.stringify(open);
};

it("is one line with a version, and is read as it was written", () => {
  expect(text).not.toContain("\n");
  expect(JSON.parse(text)).toEqual({
    version: 1,
    authorities: keys.authorities["1"],
    serviceAccountKey: keys.serviceAccount["1"],
    encryptionKey: keys.encryption["1"],
  });
  expect(parseRecovery(text)).toEqual(keys);
});

it("is the same text for the same keys, however they were written", () => {
  const { serviceAccount, encryption, authorities } = keys;
  const { kubernetes, etcd, frontProxy } = authorities["1"]!;
  const turned: Recovery = {
    encryption,
    serviceAccount,
    authorities: { 1: { frontProxy, etcd, kubernetes: { privateKey: kubernetes.privateKey, commonName: "old-ca" } } },
  };
  expect(recoveryText(turned)).toBe(text);
  expect(recoveryText(parseRecovery(JSON.stringify(JSON.parse(text), undefined, 2)))).toBe(text);
});

/** The same with a second generation of what is rotated. */
const two: Recovery = {
  authorities: keys.authorities,
  serviceAccount: { 2: rsaKey(), ...keys.serviceAccount },
  encryption: { 2: encryptionKey() },
};
const twoWith = (change: (open: Record<string, Record<string, unknown>>) => void) => {
  const open = JSON.parse(recoveryText(two)) as Record<string, Record<string, unknown>>;
  change(open);
  return JSON.stringify(open);
};

it("has another version where there are other generations, each by its number", () => {
  const text = recoveryText(two);
  expect(JSON.parse(text)).toEqual({ version: 2, ...two });
  expect(parseRecovery(text)).toEqual(two);
  expect(recoveryText(parseRecovery(text))).toBe(text);
  expect(recoveryProblem(text)).toBeUndefined();
});

it("takes keys in PKCS #8, too", () => {
  const pkcs8 = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  });
  expect(recoveryProblem(with_(({ authorities }) => (authorities.etcd!.privateKey = pkcs8)))).toBeUndefined();
});

const SECRET_IN_KEY = "MHcCAQEEIN0secret";
const p384 = generateKeyPairSync("ec", {
  namedCurve: "secp384r1",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "sec1", format: "pem" },
}).privateKey;
const NOT_P256 = "is no ECDSA key on P-256, PEM";
const NOT_RSA = "is no RSA key of 2,048 bits, PEM";
const what = (parts: string) => `is not what the output recovery has: ${parts}`;
const etcdKey = (value: unknown) => with_(({ authorities }) => (authorities.etcd!.privateKey = value));

it.each<[string, string, string]>([
  ["what the output shows without its option", "[secret]", "is what the output shows without --show-secrets"],
  ["the kubeconfig", "apiVersion: v1", "is not the JSON of the output recovery"],
  ["half of it", text.slice(0, -20), "is not the JSON of the output recovery"],
  ["a number", "1", "is not the JSON of the output recovery"],
  ["a later version", with_((open) => (open.version = 3)), "has version 3, and this release reads versions 1 and 2"],
  ["a version that is a secret", with_((open) => (open.version = keys.encryption["1"])), what("version is no number")],
  [
    "the first version's keys for the second's",
    with_((open) => (open.version = 2)),
    what(
      "authorities.kubernetes is no generation, or no map of them; authorities.etcd is no generation, or no map of them; authorities.frontProxy is no generation, or no map of them; serviceAccount is missing; encryption is missing; the whole has parts that do not belong there",
    ),
  ],
  [
    "a generation that is none",
    twoWith(({ encryption }) => (encryption!.first = encryption!["2"])),
    what("encryption.first is no generation, or no map of them"),
  ],
  [
    "three generations",
    twoWith(({ encryption }) => Object.assign(encryption!, { 3: encryptionKey(), 4: encryptionKey() })),
    what("encryption has not one generation or two"),
  ],
  [
    "a damaged key of the second generation",
    twoWith(({ serviceAccount }) => (serviceAccount!["2"] = ecKey())),
    what(`serviceAccount.2 ${NOT_RSA}`),
  ],
  ["no version", with_((open) => delete open.version), what("version is missing")],
  [
    "nothing but a version",
    '{"version":1}',
    what("authorities is missing; serviceAccountKey is missing; encryptionKey is missing"),
  ],
  ["all outputs", with_((open) => (open[SECRET_IN_KEY] = "x")), what("the whole has parts that do not belong there")],
  [
    "a key where its authority belongs",
    with_(({ authorities }) => (authorities.etcd = ecKey() as never)),
    what("authorities.etcd is no map"),
  ],
  ["an authority less", with_(({ authorities }) => delete authorities.etcd), what("authorities.etcd is missing")],
  [
    "a key less",
    with_(({ authorities }) => delete authorities.frontProxy!.privateKey),
    what("authorities.frontProxy.privateKey is missing"),
  ],
  [
    "a name less",
    with_(({ authorities }) => delete authorities.kubernetes!.commonName),
    what("authorities.kubernetes.commonName is missing"),
  ],
  [
    "a name with a line break",
    with_(({ authorities }) => (authorities.kubernetes!.commonName = "a\nb")),
    what("authorities.kubernetes.commonName is no name"),
  ],
  ["an authority's key of another curve", etcdKey(p384), what(`authorities.etcd.privateKey ${NOT_P256}`)],
  [
    "an authority's key that is RSA",
    etcdKey(keys.serviceAccount["1"]),
    what(`authorities.etcd.privateKey ${NOT_P256}`),
  ],
  ["a damaged key", etcdKey(ecKey().replace(/[A-Z]{2}/, "--")), what(`authorities.etcd.privateKey ${NOT_P256}`)],
  [
    "a key of which a line is gone",
    etcdKey(ecKey().replace(/\n.*\n/, "\n")),
    what(`authorities.etcd.privateKey ${NOT_P256}`),
  ],
  ["two keys in one", etcdKey(ecKey() + ecKey()), what(`authorities.etcd.privateKey ${NOT_P256}`)],
  ["a list of keys", etcdKey([ecKey()]), what(`authorities.etcd.privateKey ${NOT_P256}`)],
  [
    "a service accounts' key that is none",
    with_((open) => (open.serviceAccountKey = ecKey())),
    what(`serviceAccountKey ${NOT_RSA}`),
  ],
  [
    "a larger service accounts' key",
    with_((open) => (open.serviceAccountKey = rsaKey(3_072))),
    what(`serviceAccountKey ${NOT_RSA}`),
  ],
  [
    "a shorter encryption key",
    with_((open) => (open.encryptionKey = "QUJD")),
    what("encryptionKey is not 32 bytes in base64"),
  ],
  [
    "an encryption key in another alphabet",
    with_((open) => (open.encryptionKey = "_".repeat(43))),
    what("encryptionKey is not 32 bytes in base64"),
  ],
])("refuses %s in one problem beside all others, and shows none of it", (_what, given, problem) => {
  expect(recoveryProblem(given)).toBe(problem);
  const { problems } = validate({ clusterName: "dev", nodeMask: 31, recovery: given });
  const said = problems.map(formatProblem);
  expect(said).toEqual([
    expect.stringMatching(/^hostroute:nodeMask 31 /),
    `hostroute:recovery ${problem}.\n  Give the output as it is: pulumi stack output recovery --show-secrets -s <old stack> | ` +
      "pulumi config set --secret hostroute:recovery -s <new stack>.",
  ]);
  for (const secret of [...secretsOf(keys), ...secretsOf(two), SECRET_IN_KEY])
    expect(said.join()).not.toContain(secret);
});

it("shows none of it either where it is no text, or where a program reads it from the state", () => {
  const { problems } = validate({ clusterName: "dev", recovery: { ...keys } });
  expect(problems.map(formatProblem)).toEqual([
    "hostroute:recovery is not valid.\n  Expected string, received object: see docs/configuration.md.",
  ]);
  expect(() => parseRecovery(etcdKey("MHcCAQEEIN"))).toThrow(
    new Error(`recovery keys: authorities.etcd.privateKey ${NOT_P256}`),
  );
});

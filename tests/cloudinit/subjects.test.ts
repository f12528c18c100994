import { userDataSubjects } from "../../components/cloudinit/subjects";
import { Raw, specOf } from "../fixtures";

const subjects = (raw: Raw) => {
  const spec = specOf(raw);
  return userDataSubjects(spec, spec.plan.controlPlane[0]!);
};
const before = subjects({});
const changed = (raw: Raw) => {
  const now = subjects(raw);
  return Object.keys(now).filter((key) => now[key as keyof typeof now] !== before[key as keyof typeof now]);
};

it.each<[string, Raw, string[]]>([
  ["another patch release", { kubernetesVersion: "1.34.10" }, ["programs"]],
  ["a mirror", { artifacts: { baseUrl: "http://mirror.example" } }, ["programs"]],
  ["other ports for Services", { serviceNodePortRange: "4000-32767" }, ["flags"]],
  ["another domain", { clusterDomain: "other.local" }, ["flags"]],
  ["the operator's files", { controlPlane: { extraFiles: [{ path: "/etc/x", content: "x" }] } }, ["extraFiles"]],
  ["another Pod Security level", { podSecurity: "restricted" }, ["otherFiles"]],
  ["another key that encrypts", { keys: { encryption: { known: [1, 2], used: 2 } } }, ["otherFiles"]],
  ["a key by which tokens are accepted", { keys: { serviceAccount: { known: [1, 2] } } }, ["otherFiles"]],
  ["other addresses of workers", { network: { firstWorkerAddress: "10.106.1.9" } }, ["otherFiles"]],
])("says what %s is about", (_name, raw, expected) => {
  expect(changed(raw)).toEqual(expected);
});

it.each<[string, Raw]>([
  ["how many members there are, and their address", { controlPlane: { count: 3 } }],
  ["five of them", { controlPlane: { count: 5 } }],
  ["an address that the only one holds", { apiEndpoint: { kind: "vip" } }],
  ["workers", { workerPools: [{ name: "a", count: 5, labels: { a: "b" }, image: "debian-13" }] }],
  ["who may reach what", { access: { api: ["198.51.100.0/24"], ssh: ["198.51.100.0/24"] } }],
  ["how long certificates are valid", { certificates: { validityHours: 48 } }],
  ["images of pods", { images: { coredns: "mirror.example/coredns:1", sandbox: "mirror.example/pause:1" } }],
])("does not count %s", (_name, raw) => {
  // The renewal is due before the end of such a short time.
  const short = raw.certificates ? { ...raw, certificates: { ...raw.certificates, earlyRenewalHours: 1 } } : raw;
  expect(changed(short)).toEqual([]);
});

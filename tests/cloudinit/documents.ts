import * as path from "node:path";
import * as yaml from "yaml";
import { controlPlaneNodeUserData, workerNodeUserData } from "../../components/cloudinit/nodeUserData";
import { Restore } from "../../components/cloudinit/snapshots";
import { ControlPlaneCredentials, WorkerCredentials } from "../../components/pki/credentials";
import { Raw, DOCUMENTED_ERA, specOf } from "../fixtures";
import { scripts } from "./scripts";

const pem = (kind: string, name: string) => `-----BEGIN ${kind}-----\n${name}\n-----END ${kind}-----\n`;
const pair = (name: string) => ({ cert: pem("CERTIFICATE", name), key: pem("PRIVATE KEY", name) });

/** Stand-ins that say whose they are. */
export const CONTROL_PLANE: ControlPlaneCredentials = {
  ca: pem("CERTIFICATE", "ca"),
  etcdCa: pem("CERTIFICATE", "etcd-ca"),
  frontProxyCa: pem("CERTIFICATE", "front-proxy-ca"),
  first: {
    ca: pem("CERTIFICATE", "ca"),
    etcdCa: pem("CERTIFICATE", "etcd-ca"),
    frontProxyCa: pem("CERTIFICATE", "front-proxy-ca"),
  },
  own: {
    etcd: pair("etcd"),
    apiserver: pair("apiserver"),
    "apiserver-etcd-client": pair("apiserver-etcd-client"),
    "apiserver-kubelet-client": pair("apiserver-kubelet-client"),
    "front-proxy-client": pair("front-proxy-client"),
    "controller-manager": pair("controller-manager"),
    scheduler: pair("scheduler"),
  },
  serviceAccount: {
    publicKeys: pem("PUBLIC KEY", "service-account"),
    privateKey: pem("PRIVATE KEY", "service-account"),
  },
  encryptionKeys: [{ generation: 1, secret: Buffer.alloc(32, "k").toString("base64") }],
};
export const WORKER: WorkerCredentials = {
  ca: pem("CERTIFICATE", "ca"),
  first: { ca: pem("CERTIFICATE", "ca") },
  own: { kubelet: pair("kubelet"), "kube-proxy": pair("kube-proxy") },
};

/** The user-data of a stack's first control-plane node and first worker. */
export function documentsOf(raw: Raw): Record<"control plane" | "worker", string> {
  const spec = specOf(raw);
  const [node, worker] = [spec.plan.controlPlane[0], spec.plan.workers[0]];
  if (!node || !worker) throw new Error("a stack with a worker, please");
  return {
    "control plane": controlPlaneNodeUserData(spec, node, CONTROL_PLANE),
    worker: workerNodeUserData(spec, worker, WORKER),
  };
}

/** A control plane of several members. */
export const MEMBERS: Raw = { controlPlane: { count: 3 } };
const ERAS: Record<string, Raw> = { "the default release": {}, "1.4.12": DOCUMENTED_ERA };

const STORE = "https://store.example/v1/AUTH_p/backup/prod/?temp_url_sig=0a&temp_url_expires=1&temp_url_prefix=prod%2F";
export const RESTORE: Restore = { get: STORE, from: "latest" };

/** The user-data of a stack's first control-plane node whose etcd begins with a snapshot. */
export function restoring(raw: Raw): string {
  const spec = specOf(raw);
  return controlPlaneNodeUserData(spec, spec.plan.controlPlane[0]!, CONTROL_PLANE, false, RESTORE);
}

type Named = [name: string, text: string];

/** Documents of two eras, whole. */
export const eras = Object.entries(ERAS).flatMap(([era, raw]) =>
  Object.entries(documentsOf(raw)).map(([role, text]): Named => [`${role} of ${era}`, text]),
);

/** Every kind of document there is, by name. */
export const documents: Named[] = [
  ...eras,
  ["control plane of three", documentsOf(MEMBERS)["control plane"]],
  ["control plane that begins with a snapshot", restoring({})],
  ["control plane of three that begins with a snapshot", restoring(MEMBERS)],
];

export interface WrittenFile {
  path: string;
  permissions: string;
  content: string;
}
export interface CloudConfig {
  hostname: string;
  preserve_hostname: boolean;
  write_files: WrittenFile[];
  bootcmd: string[];
  runcmd: (string | string[])[];
}

const read = new Map<string, CloudConfig>();
/** A document as cloud-init reads it; nobody changes it, so once. */
export function parsed(text: string): CloudConfig {
  const known = read.get(text) ?? (yaml.parse(text) as CloudConfig);
  read.set(text, known);
  return known;
}

/** The script that a written file is a copy of, going by its name. */
export const scriptOf = (file: string) => (scripts.has(path.basename(file)) ? path.basename(file) : undefined);

/** A document as a person reviews it: `<files/fetch.py>` stands for that script, without its comments; all else is to the byte. */
export function reviewable(text: string): string {
  const files = (yaml.parseDocument(text).get("write_files") as yaml.YAMLSeq<yaml.YAMLMap>).items;
  // From the end, since each replacement moves what follows.
  return files.reduceRight((shown, file) => {
    const script = scriptOf(file.get("path") as string);
    const { value, range } = file.get("content", true) as yaml.Scalar<string>;
    if (!script || value !== scripts.get(script)) return shown;
    return `${shown.slice(0, range![0])}<files/${script}>\n${shown.slice(range![1])}`;
  }, text);
}

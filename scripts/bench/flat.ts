import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as command from "@pulumi/command";
import * as kubernetes from "@pulumi/kubernetes";
import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { workerNodeUserData } from "../../components/cloudinit/nodeUserData";
import { packed } from "../../components/cloudinit/packed";
import { IdentityProvider } from "../../components/identity/provider";
import { FailedServersProvider } from "../../components/machines/failedServers/provider";
import { OnlyServerProvider } from "../../components/machines/onlyServer/provider";
import { DepartedRoutesProvider } from "../../components/network/hostRoutes/departed/provider";
import { HostRoutesProvider } from "../../components/network/hostRoutes/provider";
import { ServiceBalancersProvider } from "../../components/network/serviceBalancers/provider";
import { withoutCertificates, WorkerCredentials } from "../../components/pki/credentials";
import { PreflightProvider } from "../../components/preflight/provider";
import { rawConfig, specFrom } from "../../config";
import { fewDiagnostics } from "../../diagnostics";
import { Packed, RecordedResource, unpackedRecord } from "./record";
import { RECORD, noteUsage } from "./usage";

/**
 * The program that hostroute is measured by: in one file and without components it registers what hostroute has registered, by the same classes
 * of the providers' packages, with the same inputs and dependencies. Workers' user-data it makes itself, by the same pure functions, from the same outputs.
 */
fewDiagnostics();
noteUsage();
const spec = specFrom(rawConfig(pulumi.runtime.allConfig(), pulumi.getProject(), pulumi.getStack()));
const record = unpackedRecord(JSON.parse(fs.readFileSync(process.env[RECORD]!, "utf8")) as Packed);

/** A resource, with what others read of it. */
type Made = pulumi.CustomResource &
  Partial<Record<"certPem" | "privateKeyPem" | "certRequestPem", pulumi.Output<string>>>;
type Class = new (name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) => Made;
class Provider extends pulumi.ProviderResource {}
class Dynamic extends pulumi.dynamic.Resource {}

/** Those that the program brings itself, by their type's last part. */
const DYNAMIC: Record<string, pulumi.dynamic.ResourceProvider> = {
  ClusterIdentity: new IdentityProvider(),
  DepartedRoutes: new DepartedRoutesProvider(),
  FailedServers: new FailedServersProvider(),
  HostRoutes: new HostRoutesProvider(),
  OnlyServer: new OnlyServerProvider(),
  Preflight: new PreflightProvider(),
  ServiceBalancers: new ServiceBalancersProvider(),
};

const made: Made[] = [];
const named = new Map<string, Made>();
const workers = new Map(spec.plan.workers.map((worker) => [worker.name, worker]));

function inputsOf({ inputs }: RecordedResource): pulumi.Inputs {
  const entries = Object.entries(inputs).map(([key, { value, secret, from }]) => {
    const input = from.length > 0 ? pulumi.all(from.map((place) => made[place]!.id)).apply(() => value) : value;
    return [key, secret ? pulumi.secret(input) : input] as const;
  });
  return Object.fromEntries(entries);
}

/** What a worker's server is made with, and what replaces it. */
function serverOf(name: string, image: string) {
  const worker = workers.get(name)!;
  const issued = (kind: string, of: string) => named.get(`tls:index/${kind}:${of}`)!;
  const pair = (of: string) => ({
    cert: issued("locallySignedCert:LocallySignedCert", `${name}-${of}`).certPem!,
    key: issued("privateKey:PrivateKey", `${name}-${of}`).privateKeyPem!,
  });
  const ca = issued("selfSignedCert:SelfSignedCert", `${spec.clusterName}-ca`).certPem!;
  const own = { kubelet: pair("kubelet"), "kube-proxy": pair("kube-proxy") };
  const credentials = pulumi.output({ ca, first: { ca }, own }) as pulumi.Output<WorkerCredentials>;
  const text = (of: WorkerCredentials) => workerNodeUserData(spec, worker, of);
  const trigger = credentials.apply((of) =>
    createHash("sha256")
      .update(JSON.stringify([image, text(withoutCertificates(of))]))
      .digest("hex"),
  );
  return { userData: credentials.apply(text).apply(packed), replacementTrigger: pulumi.unsecret(trigger) };
}

const packages: Record<string, object> = { command, kubernetes, openstack, tls };

/** The class of a type, as a program has it from its package: `openstack:networking/port:Port` is `openstack.networking.Port`. */
function classOf(type: string): Class {
  const [name, module, last] = type.split(":") as [string, string, string];
  const [group, version] = module.split("/") as [string, string];
  // In Kubernetes a module is a group with its version, `rbac.authorization.k8s.io/v1`; elsewhere a folder and a file, `index` for none.
  const places = name === "kubernetes" ? [group.split(".")[0]!, version] : group === "index" ? [] : [group];
  return [...places, last].reduce<unknown>(
    (at, place) => (at as Record<string, unknown>)[place],
    packages[name],
  ) as Class;
}

function madeOf(type: string, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions): Made {
  const last = type.split(":").at(-1)!;
  if (type.startsWith("pulumi:providers:")) return new Provider(last, name, props, opts);
  const own = /^pulumi-nodejs:dynamic\/(\w+):/.exec(type)?.[1];
  if (own === undefined) return new (classOf(type))(name, props, opts);
  // The same text as before, from the provider itself.
  const others = Object.entries(props).filter(([key]) => key !== "__provider");
  return new Dynamic(DYNAMIC[last]!, name, Object.fromEntries(others), opts, own, last);
}

for (const resource of record) {
  const { type, name, dependsOn, provider, deletedWith, version, options } = resource;
  const inputs = inputsOf(resource);
  const server =
    type.endsWith(":Instance") && workers.has(name) ? serverOf(name, inputs.imageName as string) : undefined;
  const opts: pulumi.CustomResourceOptions = {
    ...options,
    dependsOn: dependsOn.map((place) => made[place]!),
    ...(provider === undefined ? {} : { provider: made[provider] }),
    ...(version === undefined ? {} : { version }),
    ...(deletedWith === undefined ? {} : { deletedWith: made[deletedWith]! }),
    ...(server ? { replacementTrigger: server.replacementTrigger } : {}),
  };
  const props = server ? { ...inputs, userData: server.userData } : inputs;
  const own = madeOf(type, name, props, opts);
  made.push(own);
  named.set(`${type}:${name}`, own);
}

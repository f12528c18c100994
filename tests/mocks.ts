import { runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { HostRoutesReader } from "../components/network/hostRoutes/reader";
import { asNeutron, HostRoute } from "../components/network/hostRoutes/table";
import { RouterRoutesReader } from "../components/network/routerRoutes/reader";
import { RUNNING } from "../components/objects/running/script";

/** A resource as a component registered it. */
export interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** What the mocks saw since `startMocks`. */
export interface Recorder {
  /** Custom resources, in the order of registration: what a cloud would be asked for. */
  resources: Registered[];
  /** Components, which are the program's own. */
  components: Registered[];
  /** Provider functions that were called. */
  calls: { token: string; inputs: unknown }[];
  /** By resource's `type name`: the explicit provider that it goes through. */
  providers: Map<string, string>;
  /** What `OBSERVE` prints, given the table of routes. Until a test says otherwise: the nodes that they lead to. */
  observe: (routes: readonly HostRoute[]) => string;
  /** What `RUNNING` prints; nothing until a test says otherwise. */
  running: string;
  /** What is different about a key or certificate than in other runs; nothing until a test says otherwise. */
  suffix: (type: string, name: string) => string;
  /** What a resource waits for before it is made; nothing until a test says otherwise. */
  before: (type: string, name: string) => Promise<void> | undefined;
  /** Servers that were found in ERROR, by node; none until a test says otherwise. */
  replaced: Record<string, string>;
  /** Whether etcd of several members has begun. */
  etcdBegun: boolean;
  /** How many times it was begun anew, and which servers were left behind. */
  restored: { restores?: number; abandoned?: string[] };
  /** What is known of an only server's data. */
  onlyServer: { last?: string; handOver?: string; handOvers?: number };
  /** Neutron, which has the table of routes and nothing else; and the same of the router. */
  readHostRoutes: HostRoutesReader;
  readRouterRoutes: RouterRoutesReader;
}

const PORT = "openstack:networking/port:Port";
interface Port {
  fixedIps: { ipAddress: string }[];
  allowedAddressPairs?: { ipAddress: string }[];
}

/** What `OBSERVE` prints when Kubernetes has these nodes. */
export const observedOutput = (routes: readonly HostRoute[]) =>
  routes.map(({ nextHop, destination }) => `${nextHop} ${destination} `).join("\n");

const HOST_ROUTES = "pulumi-nodejs:dynamic/network:HostRoutes";
const ROUTER_ROUTES = "pulumi-nodejs:dynamic/network:RouterRoutes";
const FAILED_SERVERS = "pulumi-nodejs:dynamic/machines:FailedServers";
const ONLY_SERVER = "pulumi-nodejs:dynamic/machines:OnlyServer";
const ETCD_BEGUN = "pulumi-nodejs:dynamic/machines:EtcdBegun";
const SNAPSHOT_STORE = "pulumi-nodejs:dynamic/backup:SnapshotStore";
export const FLOATING_IP = "203.0.113.10";
/** The one image that the mocks' Glance does not have. */
export const NO_IMAGE = "debian-0";

/** Of each resource, Pulumi tells the engine where it was registered. Under jest that takes longer than all else, and mocks do not care. */
export function withoutCallSites(): void {
  (pulumi.Resource as unknown as { callsites: () => unknown[] }).callsites = () => [];
}

/** Begins a deployment against mocks, and records it. */
export async function startMocks(project = "hostroute", stack = "dev"): Promise<Recorder> {
  withoutCallSites();
  const recorder: Recorder = {
    resources: [],
    components: [],
    calls: [],
    providers: new Map(),
    observe: observedOutput,
    running: "",
    suffix: () => "",
    before: () => undefined,
    replaced: {},
    etcdBegun: false,
    restored: {},
    onlyServer: {},
    readHostRoutes: () => Promise.resolve(asNeutron(routes())),
    readRouterRoutes: () => Promise.resolve(asNeutron(routes(ROUTER_ROUTES))),
  };
  const routes = (table = HOST_ROUTES) =>
    (recorder.resources.find(({ type }) => type === table)?.inputs.routes ?? []) as HostRoute[];
  /** By nodes that have a port: not each has a host route. */
  const reported = () => {
    const ports = recorder.resources.filter(({ type }) => type === PORT).map(({ inputs }) => inputs as unknown as Port);
    const nodes = ports.flatMap(({ fixedIps: [own], allowedAddressPairs: [pair] = [] }) =>
      own && pair?.ipAddress.includes("/") ? [{ destination: pair.ipAddress, nextHop: own.ipAddress }] : [],
    );
    return nodes.length > 0 ? nodes : routes();
  };
  await pulumi.runtime.setMocks(
    {
      newResource: async (args) => {
        const { type, name, custom, provider } = args;
        const inputs = args.inputs as Record<string, unknown>;
        (custom ? recorder.resources : recorder.components).push({ type, name, inputs: readable(inputs) });
        await recorder.before(type, name);
        if (provider) recorder.providers.set(`${type} ${name}`, provider);
        const found: Record<string, object> = {
          [FAILED_SERVERS]: { replaced: recorder.replaced },
          [ONLY_SERVER]: recorder.onlyServer,
          [ETCD_BEGUN]: { begun: recorder.etcdBegun, ...recorder.restored },
        };
        const own = computed(type, `${name}${recorder.suffix(type, name)}`);
        return { id: `${name}-id`, state: { ...inputs, ...own, ...found[type] } };
      },
      call: ({ token, inputs }) => {
        recorder.calls.push({ token, inputs: inputs as unknown });
        switch (token) {
          case "openstack:networking/getNetwork:getNetwork":
            return { id: "external-network-id" };
          case "openstack:images/getImage:getImage": {
            const { name } = inputs as { name: string };
            if (name === NO_IMAGE) throw new Error("Your query returned no results");
            return { id: `${name}-id` };
          }
          case "command:local:run": {
            const { command } = inputs as { command: string };
            return { stdout: command.startsWith(RUNNING) ? recorder.running : recorder.observe(reported()) };
          }
          default:
            return {};
        }
      },
    },
    project,
    stack,
  );
  return recorder;
}

/** What a provider adds to a resource's inputs. */
function computed(type: string, name: string): Record<string, unknown> {
  switch (type) {
    case "tls:index/privateKey:PrivateKey":
      // As the provider's schema has it: keys are secrets, and so is whatever is made of them.
      return { privateKeyPem: pulumi.secret(`private key of ${name}`), publicKeyPem: `public key of ${name}` };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: `request of ${name}` };
    case "tls:index/selfSignedCert:SelfSignedCert":
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: `certificate of ${name}` };
    case "openstack:networking/floatingIp:FloatingIp":
      return { address: FLOATING_IP };
    case "openstack:loadbalancer/loadBalancer:LoadBalancer":
      return { vipPortId: `vip port of ${name}` };
    case SNAPSHOT_STORE:
      return { storageUrl: "https://store.example/v1/AUTH_p", key: pulumi.secret("a key"), expires: 1 };
    case HOST_ROUTES:
    case ROUTER_ROUTES:
      return { restored: [], restoredAt: 0 };
    default:
      return {};
  }
}

/** How Pulumi marks a secret on the wire. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** Inputs as a test reads them: a secret as `{ secret }`. */
function readable(inputs: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(inputs).map(([key, value]): [string, unknown] => {
    const wrapped = typeof value === "object" && value !== null && SECRET in value;
    return [key, wrapped ? { secret: (value as unknown as { value: unknown }).value } : value];
  });
  return Object.fromEntries(entries);
}

/** Resources in one order, to compare them as a set: "these, and no others". */
export function sorted(resources: readonly Registered[]): Registered[] {
  const key = ({ type, name }: Registered) => `${type} ${name}`;
  return [...resources].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Waits until everything that was begun is registered. */
export const allRegistered = () => pulumi.runtime.disconnect();

/**
 * The one error that nobody handles while `program` runs: what ends `pulumi up`. Many promises may fail with it, and the CLI
 * shows it once. Node tells the real process of them, and not the copy that jest gives to tests; jest's own listeners, which
 * fail the test, are away meanwhile.
 */
export async function failureOf(program: () => Promise<unknown>): Promise<unknown> {
  const node = runInThisContext("process") as NodeJS.Process;
  const listeners = node.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  node.removeAllListeners("unhandledRejection");
  const failures = new Set<unknown>();
  try {
    await new Promise<void>((resolve, reject) => {
      node.on("unhandledRejection", (failure) => resolve(void failures.add(failure)));
      program().catch(reject);
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const [failure, ...others] = failures;
    if (others.length > 0) throw new Error(`More failures than one: ${[...failures].map(String).join("; ")}`);
    return failure;
  } finally {
    node.removeAllListeners("unhandledRejection");
    for (const listener of listeners) node.on("unhandledRejection", listener);
  }
}

/** An output's value. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => pulumi.output(output).apply(resolve));
}

/** The resource options that a component gives its children, by `type name`: pass `spy.opts` as the component's own. */
export function spyOnOptions(): { opts: pulumi.ComponentResourceOptions; seen: Map<string, pulumi.ResourceOptions> } {
  const seen = new Map<string, pulumi.ResourceOptions>();
  const transformation: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    seen.set(`${type.split(":").at(-1)} ${name}`, opts);
    return undefined;
  };
  return { opts: { transformations: [transformation] }, seen };
}

import {
  compare,
  controlPlaneOf,
  membersOf,
  Outputs,
  parseArguments,
  readStack,
  routerToAsk,
} from "../../cli/verification";
import { Running } from "../../components/kubernetes/skew";

const member = (n: number): Outputs["nodes"][number] => ({
  ...{ name: `prod-control-plane-${n}`, role: "control-plane", pool: "control-plane", address: `10.106.1.25${n}` },
  ...{ portId: `port-${n}`, instanceId: `server-${n}` },
});
const OUTPUTS: Outputs = {
  subnetId: "s1",
  routes: [{ destination: "10.200.0.0/24", nextHop: "10.106.1.2", node: "prod-worker-0" }],
  kubeconfig: "an administrator's",
  caCertificate: "a certificate",
  nodes: [
    member(0),
    member(1),
    { ...member(0), name: "prod-worker-0", role: "worker", pool: "worker", slot: 0, instanceId: "worker" },
    member(2),
  ],
};
const CONFIG = {
  "hostroute:clusterName": { value: "prod", secret: false },
  "openstack:cloud": { value: "prod-cloud", secret: false },
  "openstack:password": { value: "p", secret: true },
};

/** A CLI on which another stack is selected; every call that it got. */
function pulumi() {
  const calls: string[][] = [];
  const answer = (args: string[]) => {
    calls.push(args);
    return JSON.stringify(args[0] === "config" ? CONFIG : OUTPUTS);
  };
  return { calls, answer };
}

it("names the stack in every call to Pulumi, so that outputs and cloud are those of one stack", () => {
  const { calls, answer } = pulumi();
  const { outputs, openstackConfig } = readStack("prod", answer);
  expect(outputs).toEqual(OUTPUTS);
  expect(["cloud", "password", "region"].map(openstackConfig)).toEqual(["prod-cloud", "p", undefined]);
  expect(calls.map((args) => args.slice(0, -4))).toEqual([["stack", "output"], ["config"]]);
  for (const args of calls) expect(args.slice(-4)).toEqual(["--json", "--show-secrets", "--stack", "prod"]);
});

it("asks for the selected stack where none is named", () => {
  const { calls, answer } = pulumi();
  readStack(undefined, answer);
  expect(calls.flat()).not.toContain("--stack");
});

it("fails when Pulumi does, instead of looking for another cloud", () => {
  const failing = (args: string[]) => {
    if (args[0] === "config") throw new Error("incorrect passphrase");
    return JSON.stringify(OUTPUTS);
  };
  expect(() => readStack("prod", failing)).toThrow("incorrect passphrase");
});

it.each<[string[], ReturnType<typeof parseArguments>]>([
  [[], {}],
  [["prod"], { stack: "prod" }],
  [["organization/hostroute/prod"], { stack: "organization/hostroute/prod" }],
  [["--outputs", "file.json"], { file: "file.json" }],
])("reads the arguments %j", (args, subject) => expect(parseArguments(args)).toEqual(subject));

it.each([[["--help"]], [["--outputs"]], [["--outputs", "a", "b"]], [["prod", "dev"]], [["--stack", "prod"]]])(
  "explains itself for the arguments %j",
  (args) => expect(() => parseArguments(args)).toThrow("usage: npm run verify [-- STACK]"),
);

const OBSERVED = "10.106.1.2 10.200.0.0/24 \n";
const HOSTS = ["a", "b", "c"];
const RUNNING: Running = {
  apiServers: [0, 1, 2].map((n) => ({ name: `prod-control-plane-${n}`, version: "v1.36.3" })),
  complete: true,
  kubelets: [{ name: "prod-worker-0", version: "v1.36.3" }],
};
const ROUTE = { destination: "10.200.0.0/24", nexthop: "10.106.1.2" };

it("says that all agree, or fails with a table", () => {
  expect(compare(OUTPUTS, OBSERVED, [ROUTE], HOSTS, RUNNING)).toBe("1 routes: plan, Kubernetes and Neutron agree\n");
  expect(() => compare(OUTPUTS, OBSERVED, [], HOSTS, RUNNING)).toThrow(/prod-worker-0 .* no route/);
});

it("misses routes on the router where it is to have them, and asks no router elsewhere", () => {
  const ofRouter = (routes: (typeof ROUTE)[]) => () => compare(OUTPUTS, OBSERVED, [ROUTE], HOSTS, RUNNING, routes);
  expect(ofRouter([ROUTE])()).toContain("agree");
  expect(ofRouter([])).toThrow(/prod-worker-0 .* via 10\.106\.1\.2 {2}no route\n[^]*openstack router add route/);
  expect(routerToAsk({ routerRoutes: true, routerId: "r1" })).toBe("r1");
  expect(routerToAsk({ routerRoutes: false, routerId: "r1" })).toBeUndefined();
  // A stack of before.
  expect(routerToAsk({ routerId: "r1" })).toBeUndefined();
});

it("says that a subnet has more routes than DHCP can carry", () => {
  const others = Array.from({ length: 30 }, (_, n) => ({ destination: `192.168.${n}.0/24`, nexthop: "10.106.1.99" }));
  expect(compare(OUTPUTS, OBSERVED, [ROUTE, ...others], HOSTS, RUNNING)).toMatch(
    /^1 routes: plan, Kubernetes and Neutron agree\nWarning: The subnet's 31 host routes make DHCP option 121 262 bytes long, more than the 255/,
  );
});

it("says that the control plane stands on one host", () => {
  expect(membersOf(OUTPUTS)).toEqual(["server-0", "server-1", "server-2"]);
  expect(compare(OUTPUTS, OBSERVED, [ROUTE], ["a", "b", "a"], RUNNING)).toMatch(
    /^1 routes: plan, Kubernetes and Neutron agree\nWarning: prod-control-plane-0 and prod-control-plane-2 are on the same host: .*\.\n$/,
  );
});

it("says that the cluster runs several minor releases", () => {
  const older = { ...RUNNING, kubelets: [{ name: "prod-worker-0", version: "v1.35.6" }] };
  expect(controlPlaneOf(OUTPUTS).map(({ name }) => name)).toEqual(RUNNING.apiServers.map(({ name }) => name));
  expect(compare(OUTPUTS, OBSERVED, [ROUTE], HOSTS, older)).toMatch(
    /agree\nWarning: The cluster runs more than one minor release.*\n {2}Kubelets: 1\.35\.6 \(prod-worker-0\)\n.*\.\n$/s,
  );
});

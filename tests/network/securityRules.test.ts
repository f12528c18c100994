import { controlPlaneRules, IngressRule, RuleInput, workerRules } from "../../components/network/securityRules";

const input: RuleInput = {
  nodeCidr: "10.106.1.0/24",
  clusterCidr: "10.200.0.0/16",
  nodePorts: [3000, 32767],
  access: { ssh: [], api: [], nodePorts: [] },
};
const WORLD = "0.0.0.0/0";
const OFFICE = "198.51.100.0/24";
/** A rule as one line: name, protocol, ports, source. */
const line = ({ name, protocol, ports, from }: IngressRule) =>
  [name, protocol ?? "any", ports?.join("-") ?? "all", "cidr" in from ? from.cidr : from.group].join(" ");

it("admits to the control plane its nodes and pods, and nobody else unless listed", () => {
  expect(controlPlaneRules(input).map(line)).toEqual([
    "icmp-nodes icmp all 10.106.1.0/24",
    "api-nodes tcp 6443-6443 10.106.1.0/24",
    "api-pods tcp 6443-6443 10.200.0.0/16",
    "etcd tcp 2379-2380 control-plane",
    "icmp-pods icmp all 10.200.0.0/16",
  ]);
});

it("admits keepalived's protocol among control-plane nodes where they hold the API's address, and nowhere else", () => {
  const vrrp = (virtualAddress: boolean) =>
    [controlPlaneRules, workerRules].map((rules) =>
      rules({ ...input, virtualAddress })
        .map(line)
        .filter((each) => each.includes("vrrp")),
    );
  expect(vrrp(true)).toEqual([["vrrp vrrp all control-plane"], []]);
  expect(vrrp(false)).toEqual([[], []]);
});

it("admits to workers the pods of the cluster CIDR by CIDR, and the cluster's nodes", () => {
  expect(workerRules(input).map(line)).toEqual([
    "icmp-nodes icmp all 10.106.1.0/24",
    "pods any all 10.200.0.0/16",
    "workers any all worker",
    "control-plane any all control-plane",
  ]);
});

it("adds exactly what is listed, to exactly the ports it is listed for", () => {
  const listed = { ...input, access: { ssh: [OFFICE], api: [WORLD, OFFICE], nodePorts: [WORLD] } };
  const added = (rules: (of: RuleInput) => IngressRule[]) => {
    const before = rules(input).map(line);
    return rules(listed)
      .map(line)
      .filter((each) => !before.includes(each));
  };
  expect(added(controlPlaneRules)).toEqual([
    "ssh-198.51.100.0-24 tcp 22-22 198.51.100.0/24",
    "api-0.0.0.0-0 tcp 6443-6443 0.0.0.0/0",
    "api-198.51.100.0-24 tcp 6443-6443 198.51.100.0/24",
  ]);
  expect(added(workerRules)).toEqual([
    "ssh-198.51.100.0-24 tcp 22-22 198.51.100.0/24",
    "node-ports-tcp-0.0.0.0-0 tcp 3000-32767 0.0.0.0/0",
    "node-ports-udp-0.0.0.0-0 udp 3000-32767 0.0.0.0/0",
  ]);
});

it("opens nothing but API, SSH and NodePorts to the world, even where the world is listed", () => {
  const open = { ...input, access: { ssh: [WORLD], api: [WORLD], nodePorts: [WORLD] } };
  const toWorld = [...controlPlaneRules(open), ...workerRules(open)].filter(
    ({ from }) => "cidr" in from && from.cidr === WORLD,
  );
  expect(new Set(toWorld.map(({ ports }) => ports?.join("-")))).toEqual(new Set(["22-22", "6443-6443", "3000-32767"]));
});

it("says nothing twice: neither a CIDR that is listed twice nor one that is admitted anyway", () => {
  const access = { ssh: [OFFICE, OFFICE], api: ["10.106.1.0/24", "10.200.0.0/16", WORLD], nodePorts: [WORLD, WORLD] };
  for (const rules of [controlPlaneRules, workerRules]) {
    const lines = rules({ ...input, access }).map(line);
    const unnamed = lines.map((each) => each.replace(/^\S+ /, ""));
    expect(unnamed).toEqual([...new Set(unnamed)]);
    expect(lines.map((each) => each.split(" ")[0])).toEqual([...new Set(lines.map((each) => each.split(" ")[0]))]);
  }
});

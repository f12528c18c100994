import { demandOf } from "../../components/preflight/demand";
import { Facts } from "../../components/preflight/facts";
import { judge } from "../../components/preflight/judge";
import { needsOf } from "../../components/preflight/needs";
import { Raw, specOf } from "../fixtures";
import { afterwards, cloud, cloudWithSubnet } from "./cloud";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJcV1nVfCYjwOTPMxbTZ8CTi0XqlaEOCzSFYdUyQy3lV";
const RAW = {
  sshPublicKey: KEY,
  network: { externalNetwork: "public" },
  controlPlane: { count: 3 as const },
  workerPools: [{ name: "worker", count: 3, rootVolume: { size: 20 } }],
} satisfies Raw;
const needs = (raw: Raw = RAW) => needsOf(specOf(raw));

/** A project in which nothing more has room. */
function full(facts: Facts): Facts {
  for (const quota of Object.values(facts.quotas)) quota.limit = quota.used;
  return facts;
}

it("counts everything of a new cluster", () => {
  expect(demandOf(needs(), cloud())).toEqual({
    keyPairs: 1,
    serverGroups: 2,
    instances: 6,
    cores: 12,
    ram: 24_576,
    volumes: 3,
    gigabytes: 60,
    networks: 1,
    subnets: 1,
    routers: 1,
    floatingIps: 1,
    // Six nodes', the API's, the router's, and Neutron's own.
    ports: 9,
    securityGroups: 2,
    // Of the control plane 6, of workers 4, and what Neutron lets out of each.
    securityGroupRules: 14,
  });
});

it("counts nothing of a cluster that is there, however full the project", () => {
  const facts = full(afterwards(needs()));
  expect(new Set(Object.values(demandOf(needs(), facts)))).toEqual(new Set([0]));
  expect(judge(needs(), facts)).toEqual([]);
  // Not even where quotas were lowered below what there is.
  for (const quota of Object.values(facts.quotas)) quota.limit = 0;
  expect(judge(needs(), facts)).toEqual([]);
});

it("counts one more worker as one more worker", () => {
  const more = needs({ ...RAW, workerPools: [{ name: "worker", count: 4, rootVolume: { size: 20 } }] });
  expect(demandOf(more, afterwards(needs()))).toMatchObject({
    ...{ instances: 1, cores: 2, ram: 4_096, volumes: 1, gigabytes: 20, ports: 1 },
    ...{ keyPairs: 0, serverGroups: 0, networks: 0, routers: 0, securityGroups: 0, securityGroupRules: 0 },
  });
  expect(judge(more, full(afterwards(needs()))).map(({ problem }) => problem.split(",")[0])).toEqual([
    "needs 1 more server",
    "needs 2 more vCPUs",
    "needs 4096 MB more memory",
    "needs 1 more volume",
    "needs 20 GiB more of volumes",
    "needs 1 more port",
    "puts 4 servers into one server group",
  ]);
});

it("counts of a larger flavor or volume what it is larger by", () => {
  const grown = needs({
    ...RAW,
    controlPlane: { count: 3, flavor: "m1.small" },
    workerPools: [{ name: "worker", count: 3, flavor: "m1.large", rootVolume: { size: 50 } }],
  });
  const facts = afterwards(needs());
  facts.flavors!.push({ id: "flavor-large", name: "m1.large", vcpus: 4, ram: 8_192, disk: 80 });
  // Workers 3 × 2 more, the control plane 3 × 1 less.
  expect(demandOf(grown, facts)).toMatchObject({ instances: 0, cores: 3, ram: 6_144, volumes: 0, gigabytes: 90 });
});

it("takes a server whose flavor has gone for one of the wanted size", () => {
  const facts = afterwards(needs());
  for (const server of facts.made.servers!) server.flavorId = "gone";
  expect(demandOf(needs(), facts)).toMatchObject({ cores: 0, ram: 0 });
});

it("counts the volumes of servers that had none", () => {
  const facts = afterwards(needs());
  for (const server of facts.made.servers!) server.volumes = [];
  expect(demandOf(needs(), facts)).toMatchObject({ volumes: 3, gigabytes: 60 });
  for (const server of facts.made.servers!) delete server.volumes;
  expect(demandOf(needs(), facts)).not.toHaveProperty("volumes");
});

it("counts one range more of access as its rules", () => {
  const more = needs({ ...RAW, access: { ssh: ["192.0.2.0/24", "0.0.0.0/0"] } });
  expect(demandOf(more, afterwards(needs())).securityGroupRules).toBe(4);
  const facts = afterwards(more);
  expect(demandOf(more, facts).securityGroupRules).toBe(0);
  // Neutron may show a rule for any address without one.
  for (const rule of facts.made.rules!) if (rule.prefix === "0.0.0.0/0") rule.prefix = null;
  expect(demandOf(more, facts).securityGroupRules).toBe(0);
});

it("lets servers beyond a group's quota be that were there before it", () => {
  const facts = afterwards(needs());
  facts.quotas.serverGroupMembers = { limit: 2, used: 0 };
  expect(judge(needs(), facts)).toEqual([]);
  facts.made.servers!.pop();
  expect(judge(needs(), facts).map(({ key }) => key)).toEqual(["maxServerGroupMembers"]);
});

it("makes neither network nor router for an existing subnet, and the ports of nodes alone", () => {
  const raw: Raw = { ...RAW, network: { networkId: NETWORK, subnetId: SUBNET, externalNetwork: "public" } };
  expect(demandOf(needs(raw), cloudWithSubnet())).toMatchObject({
    networks: 0,
    subnets: 0,
    routers: 0,
    ports: 7,
    floatingIps: 1,
  });
  const there = cloudWithSubnet();
  there.ports = [...there.ports!, ...afterwards(needs()).ports!];
  expect(demandOf(needs(raw), there).ports).toBe(0);
});
const NETWORK = "11111111-1111-4111-8111-111111111111";
const SUBNET = "22222222-2222-4222-8222-222222222222";

it.each(["amphora", "ovn"])("knows the balancer of provider %s, and its port by the address", (provider) => {
  const raw: Raw = { ...RAW, apiEndpoint: { kind: "octavia", provider } };
  const facts = afterwards(needs(raw));
  facts.ports!.at(-1)!.name = "as the provider likes";
  if (provider === "ovn") facts.ports!.push({ ...facts.ports!.at(-1)!, name: `ovn-lb-hm-${SUBNET}`, addresses: [] });
  expect(new Set(Object.values(demandOf(needs(raw), facts)))).toEqual(new Set([0]));
  expect(judge(needs(raw), full(facts))).toEqual([]);
});

it("counts what a new balancer has in it, and OVN's port to try members from", () => {
  const balanced = (provider: string, count: 1 | 3 = 3): Raw => ({
    ...{ ...RAW, controlPlane: { count } },
    apiEndpoint: { kind: "octavia", provider },
  });
  const inside = { loadBalancers: 1, listeners: 1, pools: 1, members: 3, healthMonitors: 1 };
  expect(demandOf(needs(balanced("amphora")), cloud())).toMatchObject({ ...inside, ports: 9 });
  expect(demandOf(needs(balanced("ovn")), cloud())).toMatchObject({ ...inside, ports: 10 });
  expect(demandOf(needs(balanced("amphora")), afterwards(needs(balanced("amphora", 1))))).toMatchObject({
    ...{ loadBalancers: 0, listeners: 0, pools: 0, members: 2, healthMonitors: 0 },
    ...{ instances: 2, ports: 2 },
  });
});

it("does not know what is to be made where it does not know what there is", () => {
  const facts = cloud();
  facts.made = {};
  delete facts.securityGroups;
  for (const [resource, count] of Object.entries(demandOf(needs(), facts)))
    expect([resource, count]).toEqual([resource, undefined]);
});

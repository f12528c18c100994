import { findCredentials } from "../../components/openstack/credentials";
import { openSession } from "../../components/openstack/session";
import { needsOf } from "../../components/preflight/needs";
import { readFacts } from "../../components/preflight/read";
import { Raw, specOf } from "../fixtures";
import { fakeClock } from "../openstack/fakeClock";
import { EXISTING, NETWORK_ID, ROUTER_ID, SUBNET_ID } from "./cloud";
import { StandIn } from "./standIn";

const cloud = new StandIn();
beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
beforeEach(() => {
  fakeClock();
  cloud.reset();
});
afterEach(() => jest.restoreAllMocks());

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJcV1nVfCYjwOTPMxbTZ8CTi0XqlaEOCzSFYdUyQy3lV";

async function read(raw: Raw) {
  const config: Record<string, string> = { authUrl: cloud.url, userName: "demo", password: "secret", region: "one" };
  const session = await openSession(
    findCredentials(
      (key) => config[key],
      () => undefined,
    ),
  );
  return readFacts(session, needsOf(specOf(raw)));
}

it("reads of a new plan what it depends on, and asks for nothing else", async () => {
  const { facts, unread } = await read({});
  expect(unread).toEqual([]);
  expect(facts).toEqual({
    quotas: {
      instances: { limit: 10, used: 2 },
      cores: { limit: 20, used: 4 },
      ram: { limit: 51_200, used: 8_192 },
      serverGroups: { limit: 10, used: 1 },
      serverGroupMembers: { limit: 10, used: 0 },
      networks: { limit: 100, used: 1 },
      subnets: { limit: 100, used: 1 },
      routers: { limit: 10, used: 1 },
      // With those that somebody is about to make.
      ports: { limit: 500, used: 6 },
      securityGroups: { limit: 10, used: 1 },
      securityGroupRules: { limit: 100, used: 4 },
      floatingIps: { limit: 50, used: 1 },
    },
    flavors: [{ id: "flavor-medium", name: "m1.medium", vcpus: 2, ram: 4_096, disk: 40 }],
    images: [expect.objectContaining({ name: "debian-12", status: "active", min_disk: 3, architecture: "x86_64" })],
    networks: [{ id: "external-id", name: "public", project_id: "operator", external: true, mtu: 1_500 }],
    extensions: ["port-security", "allowed-address-pairs"],
    // Another project's may be used by its id, and is not the stack's whatever it is called.
    securityGroups: [{ id: "default-id", name: "default" }, { id: "shared-id" }],
    made: { servers: [], serverGroups: [], networks: [], subnets: [], routers: [], floatingIps: 0, rules: [] },
    projectId: "project-id",
  });
  expect(cloud.asked.sort()).toEqual([
    "compute /flavors/detail",
    "compute /limits",
    "compute /os-server-groups",
    "compute /servers/detail?name=^dev-",
    "image /v2/images?name=debian-12",
    "network /v2.0/extensions",
    "network /v2.0/networks",
    "network /v2.0/quotas/project-id/details",
    "network /v2.0/routers?name=dev",
    "network /v2.0/security-groups?fields=id&fields=name&fields=project_id",
    "network /v2.0/subnets?name=dev",
  ]);
});

it("finds what there is of the stack by its names", async () => {
  const own = { project_id: "project-id" };
  cloud.replies.set("compute /servers/detail", {
    servers: [
      {
        ...{ id: "server-1", name: "dev-worker-0", status: "ACTIVE", flavor: { id: "flavor-medium", links: [] } },
        ...{ image: { id: "image-12", links: [] }, "OS-EXT-AZ:availability_zone": "az1" },
      },
    ],
  });
  cloud.replies.set("compute /os-server-groups", {
    server_groups: [{ id: "group-1", name: "dev-worker-group-0", policies: ["soft-anti-affinity"], members: [] }],
  });
  cloud.replies.set("network /v2.0/networks", {
    networks: [
      { id: "network-1", name: "dev", ...own, "router:external": false },
      { id: "network-2", name: "dev", project_id: "another", "router:external": false },
    ],
  });
  cloud.replies.set("network /v2.0/subnets", { subnets: [{ id: "subnet-1", name: "dev", ...own }] });
  cloud.replies.set("network /v2.0/routers", { routers: [{ id: "router-1", name: "dev", project_id: "another" }] });
  const description = "Kubernetes API of dev";
  cloud.replies.set("network /v2.0/floatingips", { floatingips: [{ id: "ip-1", description, ...own }] });
  cloud.replies.set("network /v2.0/security-groups", {
    security_groups: ["dev-control-plane", "dev-worker"].map((name) => ({ id: `id of ${name}`, name, ...own })),
  });
  const rule = { id: "rule-1", direction: "ingress", ethertype: "IPv4", protocol: "tcp", port_range_min: 2379 };
  const from = { port_range_max: 2380, remote_ip_prefix: null, remote_group_id: "id of dev-control-plane" };
  cloud.replies.set("network /v2.0/security-group-rules", {
    security_group_rules: [{ ...rule, ...from, security_group_id: "id of dev-control-plane" }],
  });
  cloud.replies.set("network /v2.0/ports", {
    ports: [
      {
        ...{ id: "port-1", name: "dev-worker-0", device_owner: "compute:nova", device_id: "server-1" },
        fixed_ips: [{ subnet_id: "subnet-1", ip_address: "10.106.1.2" }],
      },
    ],
  });
  const { facts, unread } = await read({ sshPublicKey: KEY, network: { externalNetwork: "public" } });
  expect(unread).toEqual([]);
  expect(facts.made).toEqual({
    servers: [{ id: "server-1", name: "dev-worker-0", flavorId: "flavor-medium", imageId: "image-12", zone: "az1" }],
    serverGroups: ["dev-worker-group-0"],
    keyPairs: ["laptop"],
    networks: ["dev"],
    subnets: ["dev"],
    routers: [],
    floatingIps: 1,
    rules: [
      {
        ...{ group: "dev-control-plane", direction: "ingress", ethertype: "IPv4", protocol: "tcp" },
        ...{ first: 2379, last: 2380, prefix: null, remoteGroup: "dev-control-plane" },
      },
    ],
  });
  expect(facts.quotas.keyPairs).toEqual({ limit: 100, used: 1 });
  expect(facts.ports).toEqual([
    {
      ...{ id: "port-1", name: "dev-worker-0", device_owner: "compute:nova", device_id: "server-1" },
      addresses: ["10.106.1.2"],
    },
  ]);
  expect(cloud.asked).toContain(
    "network /v2.0/ports?network_id=network-1&fields=id&fields=name&fields=device_owner&fields=device_id&fields=fixed_ips",
  );
});

it("reads an existing subnet, and the routers that lead to it", async () => {
  const found = { network_id: NETWORK_ID, cidr: "10.106.1.0/24", gateway_ip: "10.106.1.1", enable_dhcp: true };
  const subnet = { ...found, allocation_pools: [{ start: "10.106.1.2", end: "10.106.1.254" }], host_routes: [] };
  cloud.replies.set(`network /v2.0/subnets/${SUBNET_ID}`, { subnet });
  const router = (n: number) => ({ id: `port-${n}`, name: "", device_id: `router-${n}`, fixed_ips: [] });
  cloud.replies.set("network /v2.0/ports", {
    ports: [
      { ...router(1), device_owner: "network:router_interface" },
      { ...router(2), device_owner: "network:router_interface_distributed" },
      { ...router(3), device_owner: "network:router_interface" },
      { ...router(4), device_owner: "network:dhcp" },
    ],
  });
  const gateway = { network_id: "external-id", external_fixed_ips: [] };
  cloud.replies.set("network /v2.0/routers/router-1", { router: { external_gateway_info: gateway } });
  cloud.replies.set("network /v2.0/routers/router-2", { router: { external_gateway_info: null } });
  const { facts } = await read({ network: { ...EXISTING, externalNetwork: "public" } });
  expect(facts.subnet).toEqual(subnet);
  // The third is somebody else's.
  expect(facts.routers).toEqual([{ id: "router-1", externalNetworkId: "external-id" }, { id: "router-2" }]);

  cloud.replies.delete(`network /v2.0/subnets/${SUBNET_ID}`);
  expect((await read({ network: EXISTING })).facts.subnet).toBeNull();
});

describe("the router that others are to reach pods by", () => {
  const route = { destination: "192.168.7.0/24", nexthop: "10.106.1.99" };
  const own = { network: { externalNetwork: "public", routerRoutes: true } };
  const found = (name: string, routes: object[], project_id = "project-id") => ({
    id: `${name}-id`,
    name,
    project_id,
    routes,
  });

  it("is the stack's own by its name, with the quota where Neutron has one", async () => {
    expect((await read(own)).facts).toMatchObject({ router: null });
    cloud.replies.set("network /v2.0/routers", { routers: [found("dev", [route]), found("dev", [], "another")] });
    const { quota } = cloud.replies.get("network /v2.0/quotas/project-id/details") as { quota: object };
    const limited = { quota: { ...quota, router_route: { limit: 60, used: 0, reserved: 0 } } };
    cloud.replies.set("network /v2.0/quotas/project-id/details", limited);
    const { facts } = await read(own);
    expect(facts).toMatchObject({ router: { id: "dev-id", routes: [route] }, routerRouteLimit: 60 });
    // Nobody asks for the ports of one that the program connects itself.
    expect(facts.router).not.toHaveProperty("interfaces");
    cloud.replies.set("network /v2.0/routers", { routers: [found("dev", []), found("dev", [])] });
    expect((await read(own)).facts).not.toHaveProperty("router");
  });

  it("is the named one, with its interfaces", async () => {
    const raw: Raw = { network: { ...EXISTING, routerRoutes: true, routerId: ROUTER_ID } };
    expect((await read(raw)).facts.router).toBeNull();
    cloud.replies.set(`network /v2.0/routers/${ROUTER_ID}`, { router: { id: ROUTER_ID, routes: [route] } });
    cloud.replies.set("network /v2.0/ports", {
      ports: [{ id: "port-1", fixed_ips: [{ subnet_id: SUBNET_ID, ip_address: "10.106.1.1" }] }],
    });
    const { facts } = await read(raw);
    const interfaces = [{ subnetId: SUBNET_ID, address: "10.106.1.1" }];
    expect(facts.router).toEqual({ id: ROUTER_ID, routes: [route], interfaces });
    expect(facts).not.toHaveProperty("routerRouteLimit");
    expect(cloud.asked).toContain(`network /v2.0/ports?device_id=${ROUTER_ID}&fields=id&fields=fixed_ips`);
  });

  it("is noted where it may not be read", async () => {
    cloud.replies.set(`network /v2.0/routers/${ROUTER_ID}`, 403);
    const { facts, unread } = await read({ network: { ...EXISTING, routerRoutes: true, routerId: ROUTER_ID } });
    expect(unread).toEqual(['the named router: Neutron answered 403: {"message":"refused with 403"}']);
    expect(facts).not.toHaveProperty("router");
  });
});

it("reads zones, types and volumes where servers have volumes", async () => {
  cloud.replies.set("compute /servers/detail", {
    servers: [{ id: "server-1", name: "dev-worker-0", image: "", flavor: {} }],
  });
  const of = (server_id: string, size: number, bootable: string) => ({
    ...{ id: `volume-${size}`, size, bootable },
    attachments: [{ server_id }],
  });
  cloud.replies.set("volumev3 /volumes/detail", {
    volumes: [of("server-1", 20, "true"), of("server-1", 100, "false"), of("server-2", 30, "true")],
  });
  const { facts } = await read({
    workerPools: [{ name: "worker", count: 1, rootVolume: { size: 20 }, availabilityZones: ["az1"] }],
  });
  expect(facts).toMatchObject({
    zones: [
      { name: "az1", available: true },
      { name: "az2", available: false },
    ],
    volumeZones: [{ name: "nova", available: true }],
    volumeTypes: ["ssd"],
    quotas: { volumes: { limit: 10, used: 1 }, gigabytes: { limit: 1_000, used: 10 } },
    made: { servers: [{ name: "dev-worker-0", flavorId: "", imageId: "", volumes: [20] }] },
  });
});

it("reads all names of images only where one is not there, page by page", async () => {
  cloud.replies.set("image /v2/images", {
    images: [{ id: "image-1", name: "debian-13", status: "active" }],
    next: "/v2/images?marker=image-1",
  });
  cloud.replies.set("image /v2/images?marker=image-1", {
    images: [{ id: "image-2", name: "ubuntu", status: "active" }],
  });
  const { facts } = await read({});
  expect(facts.allImages).toEqual([
    { id: "image-1", name: "debian-13" },
    { id: "image-2", name: "ubuntu" },
  ]);
});

it("reads every page of a list that names its next one", async () => {
  const flavor = (id: string) => ({ id, name: id, vcpus: 1, ram: 1, disk: 1 });
  const flavors_links = [{ rel: "next", href: "http://elsewhere" }];
  cloud.replies.set("compute /flavors/detail", { flavors: [flavor("a")], flavors_links });
  cloud.replies.set("compute /flavors/detail?marker=a", { flavors: [flavor("b")] });
  expect((await read({})).facts.flavors?.map(({ name }) => name)).toEqual(["a", "b"]);
});

describe("Octavia", () => {
  const raw: Raw = { controlPlane: { count: 3 }, apiEndpoint: { kind: "octavia", provider: "amphora" } };

  it("is asked for its providers where one is named", async () => {
    expect((await read(raw)).facts.balancerProviders).toEqual(["amphora"]);
    const { facts } = await read({ ...raw, apiEndpoint: { kind: "octavia" } });
    expect(facts).not.toHaveProperty("balancerProviders");
    expect(facts.made.balancer).toMatchObject({ portIds: [], loadBalancers: 0 });
  });

  it("tells its limits, and what is used is counted; the API's balancer apart", async () => {
    const ids = (...all: string[]) => all.map((id) => ({ id }));
    const [own, other] = [
      {
        id: "own",
        name: "dev-api",
        project_id: "project-id",
        vip_port_id: "port-1",
        listeners: ids("l-1"),
        pools: ids("p-1"),
      },
      { id: "other", name: "kube_service_x", vip_port_id: "port-2", listeners: ids("l-2", "l-3"), pools: ids("p-2") },
    ];
    cloud.replies.set("load-balancer /v2.0/lbaas/loadbalancers", { loadbalancers: [own, other] });
    cloud.replies.set("load-balancer /v2.0/lbaas/pools", {
      pools: [
        { id: "p-1", loadbalancers: ids("own"), members: ids("m-1", "m-2", "m-3"), healthmonitor_id: "h-1" },
        { id: "p-2", loadbalancers: ids("other"), members: ids("m-4"), healthmonitor_id: null },
      ],
    });
    const { facts, unread } = await read(raw);
    expect(unread).toEqual([]);
    expect(facts.quotas).toMatchObject({
      ...{ loadBalancers: { limit: 10, used: 2 }, listeners: { limit: -1, used: 3 }, pools: { limit: 10, used: 2 } },
      ...{ members: { limit: 50, used: 4 }, healthMonitors: undefined },
    });
    expect(facts.made.balancer).toEqual({
      ...{ portIds: ["port-1"], loadBalancers: 1, listeners: 1, pools: 1, members: 3, healthMonitors: 1 },
    });
    expect(cloud.asked).toContain("load-balancer /v2.0/lbaas/loadbalancers?project_id=project-id");
  });
});

it("notes what a cloud refuses or lacks, and goes on", async () => {
  cloud.absent.add("volumev3").add("load-balancer");
  cloud.replies.set("compute /limits", 403);
  cloud.replies.set("network /v2.0/quotas/project-id/details", 404);
  cloud.replies.set("image /v2/images", 403);
  const { facts, unread } = await read({
    controlPlane: { count: 3, rootVolume: { size: 20 } },
    apiEndpoint: { kind: "octavia", provider: "amphora" },
  });
  expect(unread).toEqual([
    'Neutron\'s quotas: Neutron answered 404: {"message":"refused with 404"}',
    'Nova\'s quotas: Nova answered 403: {"message":"refused with 403"}',
    "Octavia's providers: The cloud's catalog has no public endpoint of load-balancer in region one",
    "Octavia's quotas: The cloud's catalog has no public endpoint of load-balancer in region one",
    'images: Glance answered 403 for images: {"message":"refused with 403"}',
    "load balancers: The cloud's catalog has no public endpoint of load-balancer in region one",
    "volumes, for rootVolume: the cloud's catalog has no Cinder",
  ]);
  expect(facts.quotas).toEqual({});
  expect(facts.flavors).toHaveLength(1);
  expect(facts).not.toHaveProperty("images");
});

it("goes on where everything is refused", async () => {
  for (const key of [...cloud.replies.keys(), `network /v2.0/subnets/${SUBNET_ID}`]) cloud.replies.set(key, 403);
  const { facts, unread } = await read({ sshPublicKey: KEY, network: { ...EXISTING, externalNetwork: "public" } });
  expect(facts).toEqual({ quotas: {}, made: {}, projectId: "project-id" });
  expect(unread.length).toBeGreaterThan(10);
});

it("shortens what an API says at length", async () => {
  cloud.replies.set("compute /flavors/detail", "a page of HTML ".repeat(100));
  const { unread } = await read({});
  expect(unread).toEqual([
    expect.stringMatching(/^flavors: Nova answered 403 for flavors: "a page of HTML .{180,220}…$/),
  ]);
});

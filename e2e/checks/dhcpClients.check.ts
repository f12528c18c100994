import { option121Bytes } from "../../components/addressing/dhcpOption121";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { bystanders } from "../support/bystanders";
import { isBack } from "../support/chaos/back";
import { losePower } from "../support/chaos/guest";
import { hostRoutes, outputs, workers } from "../support/cloud";
import { askAgain } from "../support/dhclient";
import { inPod, peerSeen, Pod, toolPods } from "../support/kube";
import { Ack, acksOf } from "../support/lease";
import { leaseTime } from "../support/leaseTime";
import { fromNetworkd, networkdRoutes, toNetworkd } from "../support/networkd";
import { fillTo, MOST, onlyOwn, settled } from "../support/otherRoutes";
import { Pings } from "../support/pings";

/** Seconds for which a lease is good. Clients renew after half of that. */
const LEASE = 40;
/** Seconds in which each of them renews twice at least. */
const WATCH = 60;

/** Whose client is whose: the worker in the middle is left alone. */
const nodes = () => ({ "systemd-networkd": workers()[0]!, dhclient: workers()[2]! });
const clients = ["systemd-networkd", "dhclient"] as const;
const both = () => Object.values(nodes());
const node = () => nodes()["systemd-networkd"];

let pods: Pod[];
const own = () => pods.find((pod) => pod.node === node().name)!;
/** The API server's connections to this kubelet were cut. */
const answers = () => waitFor("kubelet", () => inPod(own(), "echo", "here"), 60_000, 1_000);

afterAll(async () => {
  // A boot gives the one its dhclient back, and takes others' routes from both.
  await fromNetworkd(node());
  const since = Date.now();
  for (const { instanceId } of both()) await losePower(instanceId);
  for (const node of both()) await waitFor(`${node.name}, as it was`, () => isBack(node, since), 180_000, 2_000);
}, 600_000);

/** The routes that a node has by eth0, as `destination via router`. */
async function routesOf(server: string): Promise<string[]> {
  const text = await inGuest(server, ["ip", "-4", "-j", "route", "show", "dev", "eth0"]);
  const table = JSON.parse(text) as { dst: string; gateway?: string }[];
  return table.flatMap(({ dst, gateway }) => (gateway ? [`${dst} via ${gateway}`] : []));
}

let wanted: string[];
/** What was seen of each while it renewed: leases on the wire, and what the kernel was told to delete. */
const seen: Partial<Record<(typeof clients)[number], { leases: Ack[]; deleted: string[] }>> = {};
let pings: Pings;

/** Runs a program on a node for as long as is watched: what it prints. */
const watched = (server: string, command: string) =>
  inGuest(server, ["sh", "-c", `timeout ${WATCH} ${command} 2>/dev/null || true`], { timeout: (WATCH + 60) * 1000 });

async function watch(client: (typeof clients)[number]): Promise<void> {
  const { instanceId } = nodes()[client];
  const [packets, changes] = await Promise.all([
    watched(instanceId, "tcpdump -nvli eth0 udp src port 67 and dst port 68"),
    watched(instanceId, "ip -4 monitor address route"),
  ]);
  const deleted = changes.split("\n").filter((line) => line.startsWith("Deleted ") && line.includes("eth0"));
  seen[client] = { leases: acksOf(packets), deleted };
}

describe("with as many host routes as fit and short leases", () => {
  beforeAll(async () => {
    pods = await toolPods();
    await fillTo(MOST);
    wanted = (await hostRoutes(outputs().subnetId)).map(({ destination, nexthop }) => `${destination} via ${nexthop}`);
    for (const node of both()) await leaseTime(node, LEASE);
    await settled();
    await Promise.all([toNetworkd(node()), askAgain(nodes().dhclient.instanceId)]);
    for (const { name, instanceId } of both()) {
      const complete = async () => expect(await routesOf(instanceId)).toEqual(expect.arrayContaining(wanted));
      await waitFor(`all routes on ${name}`, () => complete().then(() => true), 60_000, 500);
    }
    await answers();

    const between = await bystanders(workers()[1]!);
    await Promise.all(clients.map(watch));
    pings = await between.stop();
    for (const client of clients)
      process.stderr.write(`${client}: ${seen[client]!.leases.length} renewals in ${WATCH} s\n`);
    process.stderr.write(`pings between their pods: ${pings.sent} sent, ${pings.lost.length} lost\n`);
  }, 400_000);

  afterAll(async () => {
    for (const node of both()) await leaseTime(node);
    await onlyOwn();
  });

  describe.each(clients)("%s", (client) => {
    test("renews its lease at least twice, each time with all of them", () => {
      const { leases } = seen[client]!;
      expect(leases.length).toBeGreaterThanOrEqual(2);
      for (const { address, seconds, bytes, routes } of leases) {
        expect([address, seconds]).toEqual([nodes()[client].address, LEASE]);
        expect(bytes).toBe(option121Bytes(Array<number>(MOST).fill(24), true));
        expect(routes).toEqual(expect.arrayContaining(wanted));
        expect(routes).toHaveLength(MOST + 2);
      }
    });

    test("takes neither address nor route from its node meanwhile", async () => {
      const { instanceId, address } = nodes()[client];
      expect(seen[client]!.deleted).toEqual([]);
      expect(await routesOf(instanceId)).toEqual(expect.arrayContaining(wanted));
      expect(await inGuest(instanceId, ["ip", "-4", "address", "show", "dev", "eth0"])).toContain(`inet ${address}/`);
    });
  });

  test("pings between pods of the two lose nothing, and all pods reach each other", async () => {
    expect(pings.sent).toBeGreaterThan(WATCH * 4);
    expect(pings.lost).toEqual([]);
    for (const from of pods)
      for (const to of pods.filter((pod) => pod !== from))
        expect(await peerSeen(inPod(from, "/bin/podtool", "get", `http://${to.address}:8080/`))).toBe(from.address);
  });
});

const shell = (command: string) => inGuest(node().instanceId, ["sh", "-c", command], { timeout: 60_000 });

/** Once the lease is there with all other nodes' routes. */
const configured = () =>
  waitFor(
    "networkd's routes",
    async () => {
      const routes = await networkdRoutes(node());
      return workers().every(({ podCidr, address }) =>
        routes.some((line) => line.startsWith(`${podCidr} via ${address} `)),
      );
    },
    60_000,
    500,
  );

const get = (from: Pod, to: Pod) => peerSeen(inPod(from, "/bin/podtool", "get", `http://${to.address}:8080/`));

async function podsReachEachOther(): Promise<void> {
  expect(await shell(`ip route get ${own().address}`)).toContain("dev cbr0");
  for (const other of pods.filter((pod) => pod !== own())) {
    expect(await get(own(), other)).toBe(own().address);
    expect(await get(other, own())).toBe(other.address);
  }
}

describe("with everybody's leases, a worker whose network is systemd-networkd's", () => {
  beforeAll(async () => {
    await toNetworkd(node());
    await configured();
    await answers();
  }, 180_000);

  test("is given the route to its own podCIDR too, and reaches its own pods all the same", async () => {
    expect(
      (await networkdRoutes(node())).some((line) => line.startsWith(`${node().podCidr} via ${node().address} `)),
    ).toBe(true);
    await podsReachEachOther();
  });

  test.each(["networkctl renew eth0", "networkctl reconfigure eth0", "systemctl restart systemd-networkd"])(
    "after %s, too",
    async (command) => {
      await shell(command);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await configured();
      await podsReachEachOther();
    },
  );

  test("a route that its lease does not have is learned within a minute", async () => {
    const { podCidr, address } = workers()[1]!;
    await shell(`ip route del ${podCidr} via ${address}`);
    await waitFor(
      "the route",
      async () => (await shell(`ip route show ${podCidr}`)).includes(`via ${address} `),
      60_000,
      1_000,
    );
    await podsReachEachOther();
  });
});

import { waitFor } from "../../../lab/shell";
import { arrives } from "../../support/arrivals";
import { asKubelet, onControlPlane } from "../../support/asNode";
import { bystanders } from "../../support/bystanders";
import { isBack } from "../../support/chaos/back";
import { losePower, shell } from "../../support/chaos/guest";
import { byDestination, hostRoutes, outputs, planned, podAddress, putHostRoutes, workers } from "../../support/cloud";
import { inPod, kubectl, peerSeen, toolPods } from "../../support/kube";
import { neutronAllows } from "../../support/neutronLimit";
import { pause } from "../../support/pause";
import { settledTables, tablesAsPlanned } from "../../support/routeTables";
import { Config, firstPool, lastChanges, nothing, operate, verify } from "../../support/stack";

/** How many host routes the cloud allows: as many as the stack has workers. */
const MOST = 3;
/** As the lab has it. */
const USUAL = 64;
/** Minutes for which the API is away. */
const AWAY = Number(process.env.ROUTE_TIER_AWAY ?? 10);

const of = (count: number, most = MOST) => ({
  changes: (config: Config) => {
    firstPool(config).count = count;
    (config["hostroute:network"] as Config).maxHostRoutes = most;
  },
});
const PLANS = ["ConfigMap dev-routes", "ConfigMap dev-routes-settled"];

/** Something that happens while a pod pings another one, of two workers that stay: none of the packets may be lost. */
async function losingNothing(happens: () => Promise<unknown>): Promise<void> {
  const between = await bystanders(workers()[1]!, workers().slice(0, MOST));
  let pings;
  try {
    await happens();
    // Until every node has asked again, and every lease that was to be renewed has been.
    await settledTables();
    await pause(60_000);
  } finally {
    pings = await between.stop();
  }
  process.stderr.write(`pings: ${pings.sent} sent, ${pings.lost.length} lost\n`);
  expect(pings.lost).toEqual([]);
}

async function allPairs(): Promise<void> {
  const pods = await toolPods();
  for (const from of pods)
    for (const to of pods.filter((pod) => pod !== from))
      expect(await peerSeen(inPod(from, "/bin/podtool", "get", `http://${to.address}:8080/`))).toBe(from.address);
}

beforeAll(async () => {
  await toolPods();
  await neutronAllows(MOST);
}, 300_000);

afterAll(async () => {
  await onControlPlane("systemctl start kube-apiserver");
  await neutronAllows(USUAL);
  await operate("up");
}, 1_200_000);

test("as many workers as host routes: tier subnet, and nothing changes", async () => {
  await expect(
    putHostRoutes(outputs().subnetId, [
      ...planned(workers()),
      { destination: "192.168.9.0/24", nexthop: "10.106.1.9" },
    ]),
  ).rejects.toThrow("400");
  await operate("up", of(MOST));
  expect(lastChanges()).toMatchObject(nothing);
  expect(outputs().routeTier).toBe("subnet");
}, 300_000);

describe("one worker more", () => {
  test("takes tier nodes by itself, replaces no server, and loses no packet", async () => {
    await losingNothing(() => operate("up", of(MOST + 1)));
    expect(outputs().routeTier).toBe("nodes");
    expect(lastChanges()).toMatchObject({ replaced: ["Command dev-nodes"], deleted: [] });
    expect(lastChanges().updated).toEqual(expect.arrayContaining(PLANS));
    expect(lastChanges().updated).not.toContain("HostRoutes dev");
    expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(planned(workers().slice(0, MOST)));
    expect(await verify()).toContain("4 routes: plan, Kubernetes and Neutron agree");
  }, 1_200_000);

  test("all pods reach each other, both ways, and the API server's node has all routes", async () => {
    await allPairs();
    await tablesAsPlanned();
  }, 300_000);

  test("port security holds: a node sends from its own podCIDR, and not from the other's", async () => {
    const [from, to, other] = [workers()[0]!, workers()[1]!, workers().at(-1)!];
    expect(await arrives(from, to, podAddress(from, 77))).toBe(true);
    expect(await arrives(from, to, podAddress(other, 77))).toBe(false);
  }, 120_000);

  test("a node reads the plan, and writes it not", async () => {
    const { instanceId } = workers()[0]!;
    for (const name of ["hostroute-routes", "hostroute-routes-settled"]) {
      const url = `/api/v1/namespaces/kube-public/configmaps/${name}`;
      const body = ["-H", "Content-Type: application/merge-patch+json", "-d", '{"data":{"routes":""}}'];
      expect(await asKubelet(instanceId, url)).toBe("200");
      expect(await asKubelet(instanceId, url, "-X", "PATCH", ...body)).toBe("403");
      expect(await asKubelet(instanceId, url, "-X", "DELETE")).toBe("403");
    }
    const may = (verb: string) =>
      kubectl([
        "auth",
        "can-i",
        verb,
        "configmaps",
        "-n",
        "kube-public",
        "--as=system:serviceaccount:default:default",
      ]).catch(() => "no");
    for (const verb of ["get", "update", "delete"]) expect((await may(verb)).trim()).toBe("no");
  }, 120_000);
});

describe(`the API away for ${AWAY} minutes`, () => {
  test(
    "no node loses a route, and one that is rebooted meanwhile has all of them",
    async () => {
      const began = Date.now();
      const said = (what: string) => process.stderr.write(`${Math.round((Date.now() - began) / 1000)} s: ${what}\n`);
      const asPlanned = async (when: string) => {
        await tablesAsPlanned();
        said(`${when}: every node has all ${outputs().routes.length} routes but its own`);
      };
      await asPlanned("before");
      await onControlPlane("systemctl stop kube-apiserver");
      await pause(90_000);
      await asPlanned("the API is away");
      const [, rebooted] = workers();
      await losePower(rebooted!.instanceId);
      await waitFor("its table after the reboot", () => tablesAsPlanned([rebooted!]), 120_000, 1_000);
      await asPlanned(`${rebooted!.name} has rebooted`);
      while (Date.now() - began < AWAY * 60_000) {
        await pause(30_000);
        await tablesAsPlanned();
      }
      await asPlanned("at the end of it");
      const since = Date.now();
      await onControlPlane("systemctl start kube-apiserver");
      await waitFor(rebooted!.name, () => isBack(rebooted!, since), 300_000, 2_000);
      await asPlanned("the API is back");
    },
    (AWAY + 15) * 60_000,
  );

  test("a node that is added afterwards is known to all", async () => {
    await operate("up", of(MOST + 2));
    await settledTables();
    await allPairs();
  }, 1_200_000);

  test("it had the route that only the plan has before its kubelet ran", async () => {
    const { instanceId } = workers().at(-1)!;
    const beyond = workers()[MOST]!.podCidr;
    const kubelet = await shell(instanceId, "systemctl show -p ExecMainStartTimestampMonotonic --value kubelet");
    const journal = "journalctl -b -u hostroute-learn-routes -o short-monotonic --no-pager";
    const learned = await shell(
      instanceId,
      `${journal} | grep -m1 'ip route replace ${beyond} ' | tr -d '[]' | awk '{print $1}'`,
    );
    expect(learned.trim()).toMatch(/^\d+\.\d+$/);
    expect(Number(learned) * 1e6).toBeLessThan(Number(kubelet));
  });
});

describe("back", () => {
  test("to as many workers as host routes: tier subnet, no packet lost, no server replaced", async () => {
    await losingNothing(() => operate("up", of(MOST)));
    expect(outputs().routeTier).toBe("subnet");
    expect(lastChanges().replaced).toEqual(["Command dev-nodes"]);
    expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(planned(workers()));
    await allPairs();
  }, 1_200_000);

  test("and a host route that a lower limit takes from a running worker costs no packet, nor does its return", async () => {
    await losingNothing(() => operate("up", of(MOST, MOST - 1)));
    expect(outputs().routeTier).toBe("nodes");
    expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(planned(workers().slice(0, MOST - 1)));
    await losingNothing(() => operate("up", of(MOST)));
    expect(outputs().routeTier).toBe("subnet");
    expect((await hostRoutes(outputs().subnetId)).sort(byDestination)).toEqual(planned(workers()));
  }, 1_200_000);
});

import * as fs from "node:fs";
import * as path from "node:path";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { ClusterNode } from "../../outputs";
import { arrives } from "../support/arrivals";
import { controlPlane, gatewayAddress, outputs, podAddress, workers } from "../support/cloud";
import { outcomeOf, statusOf } from "../support/intruder/asWorker";
import { networkRows } from "../support/intruder/networkRows";
import { intruderObjects } from "../support/intruder/objects";
import { certificateRequest } from "../support/intruder/requests";
import { Outcome, Places, rows } from "../support/intruder/rows";
import { IMAGE, kubectl } from "../support/kube";

/** Somebody is root on this worker, and looks at what is the other's. docs/security.md shows the same rows. */
const intruder = () => workers()[1]!;
const other = () => workers()[2]!;
const api = () => `https://${controlPlane().address}:6443`;
const on = (node: ClusterNode, ...command: string[]) => inGuest(node.instanceId, command, { timeout: 120_000 });

/** The attack on DHCP, beside all others since it takes a minute: how many questions the intruder heard, each of which it answers. */
let dhcpQuestions: Promise<number>;
async function answersDhcp(): Promise<number> {
  const SECONDS = "55"; // the other worker asks every 45 s
  const routes = [
    `${other().podCidr!.replace("/24", "/25")}`,
    `${workers()[0]!.podCidr!.replace("0/24", "5/32")}`,
    outputs().clusterCidr,
    workers()[0]!.podCidr!,
  ].map((destination) => `${destination}=${intruder().address}`);
  const script = fs.readFileSync(path.join(__dirname, "..", "support", "intruder", "rogue-dhcp.py"), "utf8");
  const attack = ["python3", "-", "eth0", other().address, await gatewayAddress(), SECONDS, "67", ...routes];
  return Number(await inGuest(intruder().instanceId, attack, { input: script, timeout: 120_000 }));
}
beforeAll(() => {
  dhcpQuestions = answersDhcp();
  // Whoever asks for it is told; until then nobody is to take it for unhandled.
  dhcpQuestions.catch(() => undefined);
});

describe("what a compromised worker can do at the API", () => {
  const NAMESPACE = "intruder";
  let places: Places;
  const removed = () => kubectl(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s"]);

  beforeAll(async () => {
    await removed();
    const names = { own: intruder().name, other: other().name };
    const objects = JSON.stringify(intruderObjects(NAMESPACE, IMAGE, names));
    await kubectl(["create", "-f", "-"], objects);
    await kubectl(["wait", "pod", "--all", "-n", NAMESPACE, "--for=condition=Ready", "--timeout=120s"]);
    const uid = async (...what: string[]) => kubectl(["get", ...what, "-o", "jsonpath={.metadata.uid}"]);
    places = {
      ...names,
      ownUid: await uid("node", names.own),
      podUid: await uid("pod", "own", "-n", NAMESPACE),
      namespace: NAMESPACE,
      image: IMAGE,
      requests: {
        own: await certificateRequest(`O=system:nodes,CN=system:node:${names.own}`),
        administrator: await certificateRequest("O=system:masters,CN=intruder"),
      },
    };
  }, 300_000);
  afterAll(removed, 180_000);

  test.each(rows)("$as, $what: $outcome", async ({ as, ask, outcome }) => {
    const request = ask(places);
    expect([outcomeOf(await statusOf(intruder(), api(), as, request)), request.path]).toEqual([outcome, request.path]);
  });

  test("nothing of it has changed anything", async () => {
    const left = ["get", "csr,clusterrolebinding,node", "intruder", "--ignore-not-found", "-o", "name"];
    expect(await kubectl(left)).toBe("");
    const { metadata, spec } = JSON.parse(await kubectl(["get", "node", places.own, "-o", "json"])) as {
      metadata: { labels: Record<string, string> };
      spec: { taints?: { key: string }[] };
    };
    expect(Object.keys(metadata.labels).filter((label) => label.includes("intruder"))).toEqual([]);
    expect((spec.taints ?? []).filter(({ key }) => key === "intruder")).toEqual([]);
    const pods = await kubectl(["get", "pods", "-n", NAMESPACE, "-o", "jsonpath={.items[*].metadata.name}"]);
    expect(pods.split(" ").sort()).toEqual(["other", "own"]);
  });
});

describe("what a compromised worker can do on the network", () => {
  const METADATA = "http://169.254.169.254/openstack/latest/user_data";
  /** Whose user-data the metadata service hands out; it may be compressed. */
  const userDataOf = async (...headers: string[]) => {
    const options = headers.map((header) => `-H '${header}'`).join(" ");
    const text = await on(intruder(), "sh", "-c", `curl -s -m 10 ${options} ${METADATA} | zcat -f`);
    return /^hostname: *(\S+)$/m.exec(text)?.[1];
  };
  const kubelet = (as: "kubelet" | "nobody") =>
    statusOf(intruder(), `https://${other().address}:10250`, as, { method: "GET", path: "/pods" });

  /** Routes that another worker has to pods, without what the plan gives it. */
  const foreignRoutes = async () => {
    const planned = outputs().routes.map(({ destination, nextHop }) => `${destination} via ${nextHop} `);
    const lines = (await on(other(), "ip", "-4", "route", "show", "table", "all")).split("\n");
    const toPods = lines.filter((line) => line.includes(` via `) && line.startsWith("10.200."));
    return toPods.filter((line) => !planned.some((route) => line.startsWith(route)));
  };
  /** What is tried, and what comes of it. */
  const attempts: Record<keyof typeof networkRows, () => Promise<Outcome>> = {
    etcd: async () => {
      const ask = `curl -sk -m 5 https://${controlPlane().address}:2379/health; echo "exit $?"`;
      // 28: no answer at all.
      return (await on(intruder(), "sh", "-c", ask)) === "exit 28\n" ? "refused" : "allowed";
    },
    kubeletAsNode: async () => outcomeOf(await kubelet("kubelet")),
    kubeletAsNobody: async () => outcomeOf(await kubelet("nobody")),
    ownUserData: async () => ((await userDataOf()) === intruder().name ? "allowed" : "refused"),
    otherUserData: async () => {
      const forged = [`X-Forwarded-For: ${other().address}`, `X-Instance-ID: ${other().instanceId}`];
      const seen = [await userDataOf(...forged), await userDataOf(forged[0]!), await userDataOf(forged[1]!)];
      return seen.includes(other().name) ? "allowed" : "refused";
    },
    otherAddress: async () => ((await arrives(intruder(), controlPlane(), other().address)) ? "allowed" : "refused"),
    otherPodCidr: async () =>
      (await arrives(intruder(), controlPlane(), podAddress(other(), 77))) ? "allowed" : "refused",
    dhcpServer: async () => {
      const heard = await dhcpQuestions;
      return heard === 0 && (await foreignRoutes()).length === 0 ? "refused" : "allowed";
    },
  };

  // What a worker learned wrongly it would forget by itself; so that a failure here is none of the next checks'.
  afterAll(async () => {
    await waitFor("no foreign route", async () => (await foreignRoutes()).length === 0, 60_000, 2_000);
  }, 90_000);

  test("a packet from its own podCIDR arrives, so that others could be seen", async () => {
    expect(await arrives(intruder(), controlPlane(), podAddress(intruder(), 77))).toBe(true);
  });

  const names = Object.keys(networkRows) as (keyof typeof networkRows)[];
  test.each(names.map((name) => ({ name, ...networkRows[name] })))("$what: $outcome", async ({ name, outcome }) => {
    expect(await attempts[name]()).toBe(outcome);
  });
});

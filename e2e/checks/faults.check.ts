import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { Bystanders, bystanders } from "../support/bystanders";
import { ready, unitsAreWell, victims } from "../support/chaos/back";
import { killUnit, shell } from "../support/chaos/guest";
import { gatewayAddress, workers } from "../support/cloud";
import { inPod, Pod, toolPods } from "../support/kube";
import { podNamespace } from "../support/podNamespace";

/** What every update of the program must stand, in a minute and a half; `make chaos` has the rest. */
const node = () => victims().worker;
const on = (command: string) => shell(node().instanceId, command);
let pods: Pod[];
let pings: Bystanders;
const own = () => pods.find((pod) => pod.node === node().name)!;

beforeAll(async () => {
  pods = await toolPods();
  pings = await bystanders(node());
}, 240_000);

/** By the host routes, from another worker. */
const reached = async () => {
  const other = workers().find(({ name }) => name !== node().name)!;
  const answer = await inGuest(other.instanceId, ["curl", "-sS", "-m", "1", `http://${own().address}:8080/`]);
  return answer.startsWith(`${own().name} `);
};

describe("a worker's ruleset is flushed", () => {
  const METADATA = "169.254.169.254";
  /** The node looks after its rules every half minute. */
  const SECONDS = 35;
  /** Tables of ours, with what is in them but counters. */
  const tables = () =>
    on(
      "for name in $(nft list tables | awk '$3 ~ /^hostroute/ { print $2 \":\" $3 }'); do nft -s list table $(echo $name | tr : ' '); done",
    );
  /** Packets to the metadata service that leave the node while something happens, whoever sends them. */
  const towardsMetadata = async (seconds: number, meanwhile: Promise<unknown>) => {
    const capture = ["timeout", String(seconds), "tcpdump", "-nli", "eth0", "dst", METADATA, "and", "tcp"];
    // timeout(1) ends it: that is not a failure, and what was captured is in the message.
    const captured = inGuest(node().instanceId, capture).catch((error: Error) => error.message);
    const [said] = await Promise.all([captured, meanwhile]);
    return said.split("\n").filter((line) => line.includes(`> ${METADATA}.80:`)).length;
  };

  test("metadata stays closed to its pods all the time; all of it is back within a minute", async () => {
    const before = await tables();
    expect(before).toContain("hostroute");
    // It knows no pods, and answers nodes alone.
    const gateway = await gatewayAddress();
    const namespace = await podNamespace(own());
    // Asked as a pod, several times a second: from before the rules go until after they are back.
    const ask = `ip netns exec ${namespace} curl -s -o /dev/null -m 0.3 http://${METADATA}/openstack/`;
    const asking = on(
      `end=$(($(date +%s) + ${SECONDS})); while [ $(date +%s) -lt $end ]; do ${ask} && echo open; sleep 0.1; done; echo done`,
    );
    const flushed = async () => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect((await on("nft flush ruleset; nft list ruleset | wc -l")).trim()).toBe("0");
      const since = Date.now();
      const ping = `ping -c 1 -W 2 ${gateway} 2>&1; echo "exit $?"`;
      const masqueraded = async () => (await inPod(own(), "sh", "-c", ping)).includes("exit 0");
      await waitFor("masquerading", masqueraded, 60_000, 500);
      await waitFor(
        "our tables",
        async () => (await tables()) === before,
        Math.max(1, since + 60_000 - Date.now()),
        500,
      );
    };
    const [packets, said] = await Promise.all([towardsMetadata(SECONDS, flushed()), asking]);
    expect(said).toBe("done\n");
    expect(packets).toBe(0);
    // What is looked for can be found.
    const asked = new Promise((resolve) => setTimeout(resolve, 2_000)).then(() =>
      on(`curl -s http://${METADATA}/openstack/`),
    );
    expect(await towardsMetadata(4, asked)).toBeGreaterThan(0);
  });
});

test("a worker's bridge is deleted: its pods are reached again within two minutes", async () => {
  await on("ip link delete cbr0");
  await waitFor("the pod", reached, 120_000, 500);
});

test("a worker that forwards nothing by policy forwards for its pods within a minute", async () => {
  await on("iptables -w -P FORWARD DROP");
  try {
    await waitFor("the pod", reached, 60_000, 500);
  } finally {
    await on("iptables -w -P FORWARD ACCEPT");
  }
});

test("kubelet, containerd and kube-proxy are killed: all are back within half a minute, and the pods of before with them", async () => {
  const since = Date.now();
  for (const unit of ["kubelet", "containerd", "kube-proxy"]) await killUnit(node().instanceId, `${unit}.service`);
  const back = async () => {
    await unitsAreWell(node());
    await ready(node().name, since);
    // A kubelet that has just started knows no pods yet, and says so to whoever wants to run something in one.
    return (await reached()) && (await inPod(own(), "echo", "here")) === "here\n";
  };
  await waitFor("the worker", back, 30_000, 500);
});

test("pods on the other workers have not lost a packet all the while", async () => {
  const { sent, lost } = await pings.stop();
  expect(sent).toBeGreaterThan(100);
  expect(lost).toEqual([]);
});

import { inGuest } from "../../../lab/guest";
import { progress, waitFor } from "../../../lab/shell";
import { ClusterNode } from "../../../outputs";
import { isBack } from "../../support/chaos/back";
import { cutOff, restore } from "../../support/chaos/cuts";
import { losePower, shell } from "../../support/chaos/guest";
import { outputs } from "../../support/cloud";
import { toolPods } from "../../support/kube";
import { pause } from "../../support/pause";
import { operate, urnOf } from "../../support/stack";
import { whileWriting } from "../../support/writer";

const LONGEST_GAP = 10; // seconds
const QUIET = 10_000; // ms of work before a fault, and after it

const members = () => outputs().nodes.filter(({ role }) => role === "control-plane");

/** Who answers at the API's address now. */
async function holder(): Promise<ClusterNode> {
  for (const member of members()) {
    const addresses = JSON.parse(await inGuest(member.instanceId, ["ip", "-j", "-4", "addr", "show", "eth0"])) as [
      { addr_info: { local: string }[] },
    ];
    if (addresses[0].addr_info.length > 1) return member;
  }
  throw new Error("no member holds the API's address");
}

/** Whether a member works again, by itself and in the cluster. */
async function well(member: ClusterNode, since: number): Promise<true> {
  const ready = "curl -skm 2 https://127.0.0.1:6443/readyz";
  if ((await shell(member.instanceId, ready)) !== "ok") throw new Error(`${member.name}'s API server is not ready`);
  return isBack(member, since);
}

/** What a client sees of a fault of one member's, until that works again without anybody's help. */
async function survive(what: string, member: () => ClusterNode, fault: () => Promise<unknown>): Promise<void> {
  const seen = await whileWriting(async () => {
    await pause(QUIET);
    const began = Date.now();
    await fault();
    await waitFor(
      `${member().name} to work again`,
      () => well(member(), Date.now() - 30_000).catch(() => undefined),
      300_000,
    );
    progress(`${what}: ${((Date.now() - began) / 1000).toFixed(1)} s until ${member().name} works again`);
    await pause(QUIET);
  });
  progress(`${what}: ${JSON.stringify(seen)}`);
  expect(seen.lost).toEqual([]);
  expect(seen.gap).toBeLessThan(LONGEST_GAP);
}

describe("a client that writes and reads ten times a second", () => {
  beforeAll(() => toolPods().then(() => undefined));
  afterEach(restore);

  test.each([0, 1, 2])("loses nothing when member %i loses its power", async (index) => {
    const member = members()[index]!;
    const which = (await holder()).name === member.name ? "the address's holder" : "another member";
    await survive(
      `power of ${which}`,
      () => member,
      () => losePower(member.instanceId),
    );
  });

  test("loses nothing when a member's etcd loses its data", async () => {
    const member = await holder();
    const lose = "systemctl kill -s KILL etcd && rm -rf /var/lib/etcd/member && systemctl restart etcd --no-block";
    await survive(
      "the data of the holder's etcd",
      () => member,
      () => shell(member.instanceId, lose),
    );
    const said = await shell(member.instanceId, "journalctl -u etcd -o cat --no-pager --since=-2min");
    // By a new id: it does not know any more what the old one has acknowledged.
    expect(said).toMatch(/^joining as learner .*^promoted to a voter$/ms);
  });

  test("loses nothing when a member's server is made anew", async () => {
    const { name } = members()[1]!;
    const server = await urnOf("openstack:compute/instance:Instance", name);
    const anew = () => operate("up", { options: ["--replace", server] });
    await survive("a new server", () => members().find((one) => one.name === name)!, anew);
  });

  test("loses nothing when the holder of the API's address is cut from the network", async () => {
    const member = await holder();
    await survive(
      "the holder cut off for 30 s",
      () => member,
      async () => {
        await cutOff(member);
        await pause(30_000);
        await restore();
      },
    );
  });
});

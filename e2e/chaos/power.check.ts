import { processOf } from "../../lab/guest";
import { progress, waitFor } from "../../lab/shell";
import { ClusterNode } from "../../outputs";
import { isBack, victims } from "../support/chaos/back";
import { losePower, Moment, shell } from "../support/chaos/guest";
import { record } from "../support/chaos/outcomes";
import { suffer } from "../support/chaos/suffer";
import { list } from "../support/cloud";
import { operate, urnOf } from "../support/stack";

const LIMIT = 120_000;

/** Moments of a first boot, in their order. Each can be missed only if the node never gets there. */
const moments = (last: string): [when: string, moment: Moment][] => [
  ["while files are written", ["file", "/etc/hostroute/*"]],
  ["while packages are looked for", ["started", "hostroute-packages.service"]],
  ["while binaries are fetched", ["file", "/usr/local/bin/*"]],
  ["before anything of Kubernetes runs", ["active", "hostroute-fetch.service"]],
  [`once ${last} runs`, ["process", last]],
];

interface Server {
  id: string;
  name: string;
}

/** The server that an update makes for a node, as soon as it runs, for whoever will be there before cloud-init. */
async function newServer(name: string, old: string): Promise<string> {
  const there = async () => {
    const servers = await list<Server>("compute", `/servers?name=^${name}$`, "servers");
    const found = servers.find(({ id }) => id !== old);
    if (found) await processOf(found.id);
    return found?.id;
  };
  return waitFor(`a new server ${name}`, there, 300_000, 100);
}

/** @throws Error if the update ends first: the moment has not come */
function duringUpdate<T>(update: Promise<unknown>, work: Promise<T>): Promise<T> {
  const ended = update.then(() => Promise.reject(new Error("The update ended before power was lost")));
  return Promise.race([work, ended]);
}

/** A node that is down for good would be waited for, for a quarter of an hour: the update's own failure is told after ours. */
const settled = (update: Promise<unknown>) => update.catch((error: Error) => progress(error.message));

describe("a worker's power is lost at its first boot", () => {
  test.each(moments("kubelet"))("%s", async (when, moment) => {
    const node = victims().worker;
    const server = await urnOf("openstack:compute/instance:Instance", node.name);
    let update: Promise<unknown> = Promise.resolve();
    let replaced: ClusterNode = node;
    try {
      await suffer({
        node,
        name: `power lost at first boot, ${when}`,
        begin: async () => {
          update = operate("up", { options: ["--replace", server] });
          const lost = newServer(node.name, node.instanceId).then(async (instanceId) => {
            replaced = { ...node, instanceId };
            await losePower(instanceId, moment);
          });
          await duringUpdate(update, lost);
        },
        back: (since) => isBack(replaced, since),
      });
    } catch (error) {
      await settled(update);
      throw error;
    }
    // It waits for the nodes itself.
    await update;
  });
});

/** With its only control-plane node a cluster begins anew, so nobody stands by. */
describe("the control plane's power is lost at its first boot", () => {
  test.each(moments("kube-apiserver"))("%s", async (when, moment) => {
    const { name, instanceId: old, address } = victims().controlPlane;
    const fault = `power lost at first boot, ${when}`;
    let seconds: number | null = null;
    await operate("destroy");
    const update = operate("up");
    try {
      const server = newServer(name, old);
      await duringUpdate(
        update,
        server.then((id) => losePower(id, moment)),
      );
      const since = Date.now();
      const answer = `curl -sk -m 2 https://${address}:6443/readyz`;
      const ready = async () => (await shell(await server, answer)) === "ok";
      await waitFor("the API", ready, LIMIT, 1_000);
      seconds = (Date.now() - since) / 1_000;
    } catch (error) {
      await settled(update);
      throw error;
    } finally {
      record({ node: name, fault, seconds, sent: null, lost: null, at: new Date().toISOString() });
    }
    await update;
    const node = victims().controlPlane;
    await waitFor("the cluster", () => isBack(node, Date.now() - 60_000), LIMIT, 1_000);
  });
});

import { inGuest } from "../../lab/guest";
import { ClusterNode } from "../../outputs";
import { workers } from "./cloud";
import { toolPods } from "./kube";
import { Pings, pingsOf } from "./pings";
import { podNamespace } from "./podNamespace";

const PID = "/run/bystander-ping.pid";

/** A pod that pings another one five times a second until told to stop. */
export interface Bystanders {
  stop(): Promise<Pings>;
}

/**
 * Two pods on workers that nothing happens to: of whatever is done to the node given, they must not notice anything.
 * @param among the workers that they may be on: those that stay
 */
export async function bystanders(victim: ClusterNode, among: readonly ClusterNode[] = workers()): Promise<Bystanders> {
  const others = among.filter(({ name }) => name !== victim.name);
  const [first, last] = [others[0]!, others.at(-1)!];
  const pods = await toolPods();
  const podOn = ({ name }: ClusterNode) => pods.find(({ node }) => node === name)!;
  const namespace = await podNamespace(podOn(first));
  const shell = (script: string, timeout?: number) =>
    inGuest(first.instanceId, ["sh", "-c", script], timeout === undefined ? {} : { timeout });

  // One that a killed run has left would take this one's place in the file.
  await shell(`[ ! -e ${PID} ] || kill -INT "$(cat ${PID})" 2>/dev/null || true; rm -f ${PID}`);
  // ip(8) becomes ping, so the pid is ping's.
  const ping = `echo $$ >${PID}; exec ip netns exec ${namespace} ping -n -i 0.2 ${podOn(last).address}`;
  const said = shell(ping, 3_600_000).catch((error: Error) => error.message); // without any answer ping fails, and says how many it sent
  // Let the first ones through before anything happens.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return {
    stop: async () => {
      await shell(`kill -INT "$(cat ${PID})"; rm ${PID}`);
      return pingsOf(await said);
    },
  };
}

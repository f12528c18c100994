import { kubectlOf } from "../../cli/kubectl";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { outputs, workers } from "./cloud";

/** kubectl as an administrator of the stack that is up. */
export const kubectl = (args: string[], input?: string) => kubectlOf(outputs(), args, input);

/** Makes an object, as it is. @param options for example `--dry-run=server` */
export const create = (object: object, ...options: string[]) =>
  kubectl(["create", "-f", "-", ...options], JSON.stringify(object));

export interface Pod {
  name: string;
  node: string;
  address: string;
}

/** The image of the lab's tools: podtool and busybox. */
export const IMAGE = "172.24.4.1:8080/tools:1";
const labels = { app: "tools" };
const service = (name: string, spec: object) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: {
    selector: labels,
    ports: [{ port: 80, targetPort: 8080, ...spec }],
    type: "nodePort" in spec ? "NodePort" : "ClusterIP",
  },
});
const OBJECTS = [
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "tools" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [{ name: "tools", image: IMAGE }] },
      },
    },
  },
  service("tools", {}),
  service("tools-outside", { nodePort: 3080 }),
];

interface PodObject {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { nodeName: string };
  status: { podIP?: string; conditions?: { type: string; status: string }[] };
}

/** One pod of the lab's tools on every worker, once all of them run: a new server first has to start what its Node had. */
export async function toolPods(): Promise<Pod[]> {
  await kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: OBJECTS }));
  const nodes = workers().map(({ name }) => name);
  const running = async () => {
    const { items } = JSON.parse(await kubectl(["get", "pods", "-l", "app=tools", "-o", "json"])) as {
      items: PodObject[];
    };
    const pods = items.flatMap(({ metadata, spec, status }): Pod[] => {
      const ready = status.conditions?.some(({ type, status }) => type === "Ready" && status === "True");
      // Of a node that is gone, a pod stays for a while until it is collected.
      const counts = ready && status.podIP && !metadata.deletionTimestamp && nodes.includes(spec.nodeName);
      return counts ? [{ name: metadata.name, node: spec.nodeName, address: status.podIP! }] : [];
    });
    return pods.length === nodes.length ? pods : undefined;
  };
  return waitFor("a pod on every worker", running, 150_000, 1_000);
}

/** Runs a program in a pod, which has to print something. */
export async function inPod(pod: Pod, ...command: string[]): Promise<string> {
  const exec = () => kubectl(["exec", pod.name, "--", ...command]);
  // An exec whose connection is lost ends with 0 and without its output (kubernetes/kubernetes#137404): once more, then.
  return (await exec()) || exec();
}

/** Who the server in another pod saw: it answers `<its name> <peer's address>:<port>`. */
export const peerSeen = async (answer: Promise<string>) => (await answer).trim().split(" ")[1]?.split(":")[0];

/**
 * A pod of the first worker pings one of the last, five times a second and for 40 seconds unless said, while something else happens. In the pod's own namespace, and
 * not by way of kubelet, which may restart meanwhile.
 */
export async function pinging(count = 200): Promise<{ result: Promise<string> }> {
  const pods = await toolPods();
  const addressOn = (node: string) => pods.find((pod) => pod.node === node)!.address;
  const ping = `ip netns exec $name ping -c ${count} -i 0.2 ${addressOn(workers().at(-1)!.name)}`;
  const find = `ip -n $name -4 -o address | grep -q ' ${addressOn(workers()[0]!.name)}/'`;
  const script = `for name in $(ip netns list | cut -d' ' -f1); do ! ${find} || exec ${ping}; done; exit 1`;
  const result = inGuest(workers()[0]!.instanceId, ["sh", "-c", script]);
  // Let the first ones through before anything changes.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  // In an object: a bare promise would be waited for with this function's own.
  return { result };
}

import { inGuest } from "../../lab/guest";
import { workers } from "./cloud";
import { Pod } from "./kube";

export const nodeOf = (pod: Pod) => workers().find(({ name }) => name === pod.node)!;

/** The network namespace of a pod on its node. Programs in it are the node's own: they need no kubelet, which may be down. */
export async function podNamespace(pod: Pod): Promise<string> {
  const has = `ip -n "$name" -4 -o address | grep -qF ' ${pod.address}/'`;
  const script = `for name in $(ip netns list | cut -d' ' -f1); do if ${has}; then echo "$name"; exit; fi; done; exit 1`;
  return (await inGuest(nodeOf(pod).instanceId, ["sh", "-c", script])).trim();
}

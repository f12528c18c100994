import { Running, RunningProgram } from "../../kubernetes/skew";

/** For each request: whoever asks has something else to do when the API does not answer. */
const BOUND = "--request-timeout=5s";

/** Asks the API for the release of the API server that answers, of all kubelets, and of the members of the control plane that report it. */
export const RUNNING = [
  // The first one without discovery, which is tried several times over. kubectl takes twice the bound where nothing answers at all.
  "kubectl get --raw=/version --request-timeout=3s",
  `kubectl get nodes ${BOUND} --output=jsonpath='{range .items[*]}{"\\n"}node {.metadata.name} {.status.nodeInfo.kubeletVersion}{end}'`,
  `kubectl get configmap hostroute-etcd --namespace=kube-system --ignore-not-found ${BOUND} --output=jsonpath='{"\\n"}members {.data.members}'`,
].join(" &&\n");

/** A control-plane node of the cluster's. */
export interface Member {
  name: string;
  address: string;
}

const WHOEVER_ANSWERS = "the API server that answers";

/** Reads what `RUNNING` printed. @param controlPlane the control plane's nodes, as far as they are known */
export function parseRunning(text: string, controlPlane: readonly Member[]): Running {
  const answering = /"gitVersion":\s*"([^"]+)"/.exec(text)?.[1];
  const nodes = [...text.matchAll(/^node (\S+) (\S+)$/gm)];
  // Of each member its address, and among its marks its API server's release, if that is ready (cloudinit/files/etcd-report.py).
  const [, members = ""] = /^members (.*)$/m.exec(text) ?? [];
  const reported = members.split(" ").flatMap((each): [string, string | undefined][] => {
    const [address = "", ...marks] = each.split("=");
    return address === "" ? [] : [[address, marks.find((mark) => mark.startsWith("v1."))]];
  });
  const versions = new Map(reported);
  const [only, ...others] = controlPlane;
  if (reported.length === 0 && only && others.length === 0 && answering) versions.set(only.address, answering);

  const names = new Map(controlPlane.map(({ name, address }) => [address, name]));
  const apiServers = [...versions].flatMap(([address, version]): RunningProgram[] =>
    version === undefined ? [] : [{ name: names.get(address) ?? address, version }],
  );
  if (answering && !apiServers.some(({ version }) => version === answering))
    apiServers.push({ name: WHOEVER_ANSWERS, version: answering });
  return {
    apiServers,
    complete:
      controlPlane.length > 0 &&
      controlPlane.every(({ address }) => versions.has(address)) &&
      [...versions.values()].every((version) => version !== undefined),
    kubelets: nodes.map(([, name = "", version = ""]) => ({ name, version })),
  };
}

import { known, RunningProgram } from "../../../components/kubernetes/skew";
import { inGuest } from "../../../lab/guest";
import { list, outputs } from "../cloud";
import { kubectl } from "../kube";
import { pause } from "../pause";

/** Which releases run at one moment, as far as they say so. */
export interface Sample {
  apiServers: RunningProgram[];
  kubelets: RunningProgram[];
}

const EVERY = 5_000; // ms

/** Each API server by itself: the address that everybody has leads to one of them. */
const ASK_API = `cd /etc/kubernetes/pki &&
curl -sf -m 3 --cacert ca.crt --cert controller-manager.crt --key controller-manager.key https://127.0.0.1:6443/version`;

/** What a command prints; undefined where it fails, as on a server that is on its way out or in. */
const ifAny = (said: Promise<string>) => said.catch(() => undefined);

export async function sample(): Promise<Sample> {
  // By name: during an update the outputs are those of the one before.
  const names = outputs().nodes.flatMap(({ role, name }) => (role === "control-plane" ? [name] : []));
  const servers = await list<{ id: string; name: string }>("compute", "/servers", "servers");
  const versions = await Promise.all(
    servers
      .filter(({ name }) => names.includes(name))
      .map(async ({ id, name }) => ({ name, answer: await ifAny(inGuest(id, ["sh", "-c", ASK_API])) })),
  );
  const version = "{.metadata.name} {.status.nodeInfo.kubeletVersion}";
  const paths = `jsonpath={range .items[*]}${version}{"\\n"}{end}`;
  const nodes = (await ifAny(kubectl(["get", "nodes", "--request-timeout=3s", "-o", paths]))) ?? "";
  return {
    apiServers: versions.flatMap(({ name, answer }) =>
      answer === undefined ? [] : [{ name, version: (JSON.parse(answer) as { gitVersion: string }).gitVersion }],
    ),
    kubelets: nodes
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [name = "", version = ""] = line.split(" ");
        return { name, version };
      }),
  };
}

/** Samples every five seconds until it is stopped. */
export function sampling(): { stop(): Promise<Sample[]> } {
  let ended = false;
  const samples = (async () => {
    const taken: Sample[] = [];
    while (!ended) {
      taken.push(await sample());
      await pause(EVERY);
    }
    return taken;
  })();
  samples.catch(() => undefined); // whoever stops it hears of it
  return { stop: () => ((ended = true), samples) };
}

/** Of samples, those with a kubelet newer than an API server. */
export const withNewerKubelet = (samples: readonly Sample[]): Sample[] =>
  samples.filter(({ apiServers, kubelets }) => {
    const [oldest, newest] = [known(apiServers)[0], known(kubelets).at(-1)];
    return oldest !== undefined && newest !== undefined && newest.release.minor > oldest.release.minor;
  });

/** The stages that samples went through, each said once: which minor releases API servers and kubelets had. */
export function stages(samples: readonly Sample[]): string[] {
  const minors = (programs: readonly RunningProgram[]) =>
    [...new Set(known(programs).map(({ release }) => `1.${release.minor}`))].join("+");
  const all = samples
    .filter(({ apiServers, kubelets }) => apiServers.length > 0 && kubelets.length > 0)
    .map(({ apiServers, kubelets }) => `API servers ${minors(apiServers)}, kubelets ${minors(kubelets)}`);
  return all.filter((stage, i) => stage !== all[i - 1]);
}

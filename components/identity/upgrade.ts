import { byRelease, Known, known, kubeletsBehind, Running } from "../kubernetes/skew";
import { KubernetesVersion, reportedVersion, versionText } from "../kubernetes/version";

/** What decides whether a release may follow on what a cluster runs, beside what the last update noted. */
export interface Upgrade {
  /** What the cluster runs; undefined: it was not asked, or did not answer. */
  running?: Running;
  /** Whether servers of the control plane stay as they are, whatever changes. */
  controlPlaneStays: boolean;
  /** Whether the plan has workers: they get the new release in this update. */
  hasWorkers: boolean;
  /** Which of the nodes that run are workers of the plan. */
  ours: string[];
  /** The releases that the program knows best, newest first. */
  pinned: string[];
}

/** What is wrong, and the way out. */
type Problem = [what: string, wayOut: string];

/**
 * Why a release must not follow on what a cluster runs, in one message; undefined where it may. What runs counts where all API servers have
 * said what they are. Else what the last update noted counts, too: it may have got so far.
 * @param noted the release that the last update brought, or began to; undefined: a new cluster, or one of an older version of the program
 */
export function upgradeRefusal(noted: string | undefined, wanted: string, upgrade: Upgrade): string | undefined {
  const { running, controlPlaneStays } = upgrade;
  const begun = noted !== undefined && !running?.complete ? [{ name: "as the last update noted", version: noted }] : [];
  const servers = known([...(running?.apiServers ?? []), ...begun]);
  const release = reportedVersion(wanted);
  const [oldest, newest] = [servers[0], servers.at(-1)];
  if (!release || !oldest || !newest) return undefined;
  const kubelets = known(running?.kubelets ?? []);
  const raised = release.minor > oldest.release.minor;
  const problems: Problem[] = [
    ...(release.minor < newest.release.minor ? [downgrade(release, servers)] : []),
    ...(raised && controlPlaneStays && upgrade.hasWorkers ? [kept(release, oldest)] : []),
    ...(release.minor > oldest.release.minor + 1 && !controlPlaneStays ? [jump(release, oldest, upgrade)] : []),
    ...(raised && !controlPlaneStays ? behind(release, oldest, kubelets, upgrade) : []),
  ];
  if (problems.length === 0) return undefined;
  return [
    `hostroute:kubernetesVersion ${wanted} cannot follow on what the cluster runs; nothing was touched.`,
    ...problems.map(([what, wayOut]) => `  ${what}\n    ${wayOut}`),
  ].join("\n");
}

/** Storage may have objects as the later release writes them (https://kubernetes.io/releases/version-skew-policy/ knows upgrades only). */
function downgrade({ minor }: KubernetesVersion, servers: readonly Known[]): Problem {
  const newer = servers.filter(({ release }) => release.minor > minor);
  const last = newer.at(-1)!.release;
  return [
    `API servers cannot go back to an earlier minor release, and there is a later one: ${byRelease(newer)}.`,
    `Set it to ${versionText(last)}, or to another release of 1.${last.minor}. For a cluster of an earlier one, make a new stack; or, ` +
      "where nothing in this one is needed any more, pulumi destroy and then pulumi up.",
  ];
}

function jump(release: KubernetesVersion, oldest: Known, { pinned }: Upgrade): Problem {
  return [
    `Kubernetes goes up one minor release at a time, and the oldest API server is ${byRelease([oldest])}.`,
    wayTo(oldest.release.minor + 1, release, pinned),
  ];
}

function kept(release: KubernetesVersion, server: Known): Problem {
  return [
    `The only control-plane server stays as it is, ${byRelease([server])}: workers of ${versionText(release)} would have kubelets newer than their API server.`,
    `Set it to ${versionText(server.release)}, or to another release of 1.${server.release.minor}; or make it three control-plane nodes first (hostroute:controlPlane.count).`,
  ];
}

/** Kubelets that are too old for the API servers to go on: workers that have not had the last upgrade, and nodes that no update changes. */
function behind(
  release: KubernetesVersion,
  server: Known,
  kubelets: readonly Known[],
  { ours: planned, pinned }: Upgrade,
): Problem[] {
  const ours = kubelets.filter(
    ({ name, release: { minor } }) => planned.includes(name) && minor < server.release.minor,
  );
  const others = kubelets.filter(
    ({ name, release: own }) => !planned.includes(name) && own.minor < release.minor - kubeletsBehind(own),
  );
  return [
    ...ours.slice(0, 1).map((oldest): Problem => {
      const next = wayTo(oldest.release.minor + 1, release, pinned);
      return [`The last upgrade has not ended, and these are still to come: kubelet ${byRelease(ours)}.`, next];
    }),
    ...others.slice(0, 1).map((): Problem => {
      const what = `Nodes that are not in the plan would be too old for the API servers: kubelet ${byRelease(others)}.`;
      return [what, "Upgrade them, or delete their Node objects."];
    }),
  ];
}

function wayTo(minor: number, release: KubernetesVersion, pinned: readonly string[]): string {
  const next = pinned.find((each) => reportedVersion(each)?.minor === minor) ?? `a release of 1.${minor}`;
  return `Set it to ${next} first, and to ${versionText(release)} once that update has ended.`;
}

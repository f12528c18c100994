import * as pulumi from "@pulumi/pulumi";
import { fromGiven } from "../given";
import { releaseSets } from "../kubernetes/releaseTable";
import { Running } from "../kubernetes/skew";
import { membersJoin, replaceable, versionText } from "../kubernetes/version";
import { Generations, inOrder, KeyGenerations, ROTATED } from "../settings/generations";
import { parseRecovery, Recovery, recoveryText } from "../settings/recovery";
import { ClusterSpec } from "../settings/resolve";
import { publishesPlan } from "../settings/routeTier";
import { Growth, Identity } from "./changes";
import { Grown } from "./grown";
import { IdentityArgs, IdentityProvider } from "./provider";
import { numbersOf, Rotation } from "./rotation";
import { Upgrade } from "./upgrade";

export type IdentitySpec = Pick<
  ClusterSpec,
  | "api"
  | "clusterCidr"
  | "nodeMask"
  | "serviceCidr"
  | "release"
  | "snapshots"
  | "recovery"
  | "hostRoutes"
  | "keys"
  | "readOfSubnet"
> & {
  controlPlane: Pick<ClusterSpec["controlPlane"], "count" | "acceptSingleMember" | "keepServer">;
  network: Pick<ClusterSpec["network"], "cidr" | "networkId" | "subnetId" | "routeTier">;
  plan: Pick<ClusterSpec["plan"], "controlPlane" | "workers">;
};

/** The part of a configuration that a running cluster keeps. */
export function identityOf(spec: IdentitySpec): Identity {
  const { api, controlPlane, network, clusterCidr, nodeMask, serviceCidr, readOfSubnet } = spec;
  const { cidr, networkId, subnetId } = network;
  return {
    "controlPlane.count": controlPlane.count,
    ...(api.kind === "vip" ? { "apiEndpoint.address": api.host } : {}),
    "network.cidr": cidr,
    ...(networkId === undefined ? {} : { "network.networkId": networkId }),
    ...(subnetId === undefined ? {} : { "network.subnetId": subnetId }),
    ...readOfSubnet,
    clusterCidr,
    nodeMask,
    serviceCidr,
  };
}

/** How it lets the control plane grow and shrink. */
export const growthOf = ({ release, controlPlane: { acceptSingleMember } }: IdentitySpec): Growth => ({
  membersJoin: membersJoin(release),
  acceptSingleMember,
});

/** How many workers it has more than host routes, if any. */
export function grownOf({ hostRoutes, plan }: Pick<IdentitySpec, "hostRoutes" | "plan">): Grown | undefined {
  const beyond = plan.workers.length - hostRoutes.length;
  return beyond > 0 ? { hostRoutes: hostRoutes.length, beyond } : undefined;
}

/** An only server hands its data over by a snapshot. */
const controlPlaneStays = ({
  release,
  plan,
  snapshots,
  controlPlane,
}: Pick<IdentitySpec, "release" | "plan" | "snapshots" | "controlPlane">) =>
  !replaceable({ release, plan }) && (!snapshots || controlPlane.keepServer);

/**
 * What decides whether its generations of keys may.
 * @param ended those that the last update brought that ended well
 */
export function rotationOf(spec: IdentitySpec, ended?: KeyGenerations): Rotation {
  const given = spec.recovery === undefined ? undefined : parseRecovery(spec.recovery);
  return {
    ...(ended ? { ended } : {}),
    controlPlaneStays: controlPlaneStays(spec),
    ...(given
      ? {
          given: {
            authorities: numbersOf(given.authorities),
            serviceAccount: numbersOf(given.serviceAccount),
            encryption: numbersOf(given.encryption),
          },
        }
      : {}),
  };
}

/** What decides whether its release may follow on what the cluster runs. */
export const upgradeOf = ({ release, plan, snapshots, controlPlane }: IdentitySpec, running?: Running): Upgrade => ({
  ...(running ? { running } : {}),
  controlPlaneStays: controlPlaneStays({ release, plan, snapshots, controlPlane }),
  hasWorkers: plan.workers.length > 0,
  ours: plan.workers
    .map(({ name }) => name)
    .filter((name) => running?.kubelets.some((kubelet) => kubelet.name === name)),
  pinned: releaseSets.map(({ kubernetes }) => kubernetes),
});

/**
 * The cluster as the stack knows it, and as it runs: refuses a configuration that a running one cannot take over. Everything else depends
 * on it, so nothing is touched then (docs/decisions/0033-what-a-running-cluster-keeps.md, 0044-one-minor-at-a-time.md).
 */
export class ClusterIdentity extends pulumi.dynamic.Resource {
  declare private readonly recovery: pulumi.Output<string | undefined>;

  /**
   * @param found which releases the cluster runs; in words, why that is not known; undefined: it does not run yet
   * @param ended the generations of keys that the last update brought that ended well; undefined: none has, or it knew one
   */
  constructor(
    name: string,
    spec: IdentitySpec,
    found: Promise<Running | string | undefined>,
    ended: Promise<KeyGenerations | undefined>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const release = versionText(spec.release);
    const running = found.then((answer) => (typeof answer === "string" ? undefined : answer));
    const inputs: pulumi.Inputs & Record<keyof IdentityArgs, unknown> = {
      identity: identityOf(spec),
      growth: growthOf(spec),
      release,
      // Always a secret, and never absent: what `check` puts in its place is one then, and known in a preview.
      recovery: pulumi.secret(spec.recovery === undefined ? "" : recoveryText(parseRecovery(spec.recovery))),
      readsPlan: publishesPlan(spec),
      keys: Object.fromEntries(ROTATED.map((kind) => [kind, generations(spec.keys[kind])])),
      rotation: ended.then((keys) => rotationOf(spec, keys)),
      upgrade: running.then((answer) => upgradeOf(spec, answer)),
      runs: found.then((answer) => answer !== undefined),
      grown: grownOf(spec),
    };
    super(new IdentityProvider(), name, inputs, opts, "identity", "ClusterIdentity");
    void found.then((answer) => {
      if (typeof answer === "string") void pulumi.log.warn(unasked(release, answer), this);
    });
  }

  /** The keys that the cluster was given when it was made, whatever the configuration says now; undefined: it has its own. */
  get given(): pulumi.Output<Recovery | undefined> {
    return fromGiven(this.recovery, (text) => (text === "" ? undefined : parseRecovery(text!)));
  }
}

/** In one form, whatever order they were written in. */
const generations = (of: Generations) => ({ known: inOrder(of), used: of.used });

const unasked = (release: string, why: string) =>
  `The running cluster could not be asked which releases it runs: ${why}\n` +
  `hostroute:kubernetesVersion ${release} was only compared with what the last update noted.`;

/** What a cluster was made with and keeps for as long as it runs, by configuration key; a key that is not set is left out. */
export type Identity = Record<string, string | number>;

/** What was read of an existing subnet: its owner may change it, and then nobody has decided that servers are to be replaced. */
const READ = ["network.gateway", "network.allocationPool"];
const OF_SUBNET =
  "somebody has changed the subnet. Nodes are told which addresses are others' there, so their servers would be replaced. To keep them, set the " +
  "key to what it was; to have them replaced, one after the other, set it to what it is now";

/** Why a key cannot be changed while the cluster runs. */
const REASONS: Record<string, string> = {
  "controlPlane.count":
    "before Kubernetes 1.22 etcd's members cannot join as learners, so one that is added would start an empty etcd of its own, " +
    "and one that is taken away is missed by the others",
  "apiEndpoint.address": "running control-plane servers know nothing of it, and none of them would hold it",
  "network.cidr": "every node has its address in it",
  "network.networkId": "every node's port is in it",
  "network.subnetId": "every node's port is in it",
  clusterCidr: "running control-plane servers would go on handing out podCIDRs of the old one",
  nodeMask: "running control-plane servers would go on handing out podCIDRs of the old size",
  serviceCidr: "running control-plane servers keep the old one, and so do all Services",
  "network.gateway": OF_SUBNET,
  "network.allocationPool": OF_SUBNET,
};

const COUNT = "controlPlane.count";
const ADDRESS = "apiEndpoint.address";

/** How a configuration lets the control plane grow and shrink. */
export interface Growth {
  /** Whether members of etcd can come and go. */
  membersJoin: boolean;
  /** The operator's word for going down to one member. */
  acceptSingleMember: boolean;
}

const ONE_LEFT =
  "one member's disk would be the only copy of everything, and its end the end of the API. If that is meant, set hostroute:controlPlane.acceptSingleMember to true";

/** Whether a running cluster can take this over all the same. */
function possible(key: string, running: Identity, wanted: Identity, growth: Growth): boolean {
  const grows = growth.membersJoin && Number(wanted[COUNT]) > Number(running[COUNT]);
  switch (key) {
    case COUNT:
      return growth.membersJoin && (wanted[COUNT] !== 1 || growth.acceptSingleMember);
    case "network.gateway":
    case "network.allocationPool":
      // Known on one side only: the operator says it, or did so before.
      return running[key] === undefined || wanted[key] === undefined;
    case ADDRESS:
      // It may go; and come with servers that hold it.
      return wanted[ADDRESS] === undefined || (running[ADDRESS] === undefined && grows);
    default:
      return false;
  }
}

/** The keys of which an identity is made. */
export const IDENTITY_KEYS = Object.keys(REASONS);

/**
 * What of a running cluster's identity a configuration would change, in one message with a way out for all of it; undefined where it
 * would change nothing. Keys that the cluster was made without knowing of (by an older version of the program) count as unchanged.
 */
export function refusal(running: Identity, wanted: Identity, growth: Growth): string | undefined {
  const known = Object.keys(running).length > 0;
  const changed = IDENTITY_KEYS.filter(
    (key) => known && running[key] !== wanted[key] && !possible(key, running, wanted, growth),
  );
  if (changed.length === 0) return undefined;
  const shown = (value: string | number | undefined) => (value === undefined ? "not set" : String(value));
  const why = (key: string) => (key === COUNT && growth.membersJoin ? ONE_LEFT : REASONS[key]);
  const lines = changed.map(
    (key) =>
      `  hostroute:${key} is ${shown(running[key])} in the running cluster, and ${READ.includes(key) ? "the existing subnet" : "the configuration"} says ${shown(wanted[key])}:\n` +
      `    ${why(key)}.`,
  );
  if (changed.every((key) => READ.includes(key)))
    return ["The existing subnet is not what it was for the running cluster; nothing was touched.", ...lines].join(
      "\n",
    );
  return [
    `The configuration changes what a running cluster cannot change; nothing was touched.`,
    ...lines,
    `  Set ${changed.length === 1 ? "it" : "them"} back to go on with this cluster. For a cluster with the new ` +
      `${changed.length === 1 ? "value" : "values"}, make a new stack and move the workload there; or, where nothing in this one ` +
      "is needed any more, pulumi destroy and then pulumi up.",
  ].join("\n");
}

import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { groupNumber, groupPolicy, ServerGroupPolicy } from "../settings/serverGroups";

export interface ServerGroupsArgs {
  /** The operator's choice. */
  serverGroup: ServerGroupPolicy | undefined;
  /** How many indexes there are, with servers or without. */
  count: number;
  /** How many servers Nova allows in one group. */
  most: number;
  /** The indexes that have a server. */
  indexes: readonly number[];
}

/**
 * The server groups of one pool, or of the control plane: Nova keeps the members of each on different hosts, as far as the policy goes.
 * @returns the id of the n-th server's group
 */
export function serverGroups(
  name: string,
  { serverGroup, count, most, indexes }: ServerGroupsArgs,
  opts: pulumi.CustomResourceOptions,
): (index: number) => pulumi.Output<string> | undefined {
  const policy = groupPolicy(serverGroup, count);
  const ids = new Map<number, pulumi.Output<string>>();
  const of = (index: number) => groupNumber(policy, index, most);
  for (const number of new Set(indexes.map(of))) {
    if (number === undefined) continue;
    const full = `${name}-group-${number}`;
    // No `deleteBeforeReplace`: for another policy, the engine would look which servers have to go with the old group.
    ids.set(number, new openstack.compute.ServerGroup(full, { name: full, policies: [policy] }, opts).id);
  }
  return (index) => ids.get(of(index) ?? NaN);
}

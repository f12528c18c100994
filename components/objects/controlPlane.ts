import * as command from "@pulumi/command";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { membersJoin, replaceable } from "../kubernetes/version";
import { FIRST, same } from "../settings/generations";
import { ApiReady } from "./apiReady";
import { ClusterObjectsArgs } from "./args";
import { memberInService } from "./etcd/memberInService";
import { EtcdMembers } from "./etcd/members";
import { encrypted } from "./secrets";

/** What happens until all of the control plane is in service, with the keys of this update. */
export interface ControlPlaneInService {
  ready: ApiReady;
  provider: k8s.Provider;
  /** By node of several, its time in service. */
  members: ReadonlyMap<string, command.local.Command>;
  /** By node, what has happened when it is in service. */
  inService: ReadonlyMap<string, pulumi.Resource>;
  /** Has happened when all Secrets are encrypted with the key that is used; none where there was never another one. */
  rewritten: readonly command.local.Command[];
}

/** What is asked of the control plane before anything else goes through its API. */
export function controlPlaneInService(
  name: string,
  args: ClusterObjectsArgs,
  parent: pulumi.Resource,
): ControlPlaneInService {
  const { spec, kubeconfig } = args;
  const { controlPlane } = spec.plan;
  const idOf = (node: string) => args.nodes.find((each) => each.name === node)!.instanceId;
  const ids = controlPlane.map((node) => idOf(node.name));
  const child = { parent };
  const several = replaceable(spec);
  // Of several, each one's time in service says when it is ready, and its turn may wait for what the API is needed for: so nothing before that
  // may wait for all servers, unless none of them is there yet.
  const servers = controlPlane.map((node) => args.machines.get(node.name)!);
  const ready = new ApiReady(
    name,
    { kubeconfig, endpoint: args.endpoint, triggers: several ? [] : ids },
    { ...child, ...(several ? { dependsOn: args.given(false, servers) } : {}) },
  );
  // Not `deleteUnreachable`: a refresh while the API is away would drop every object from the state.
  const provider = new k8s.Provider(
    name,
    // It stays the same cluster when its API's address changes, so no object may be replaced for that.
    {
      ...{ kubeconfig, clusterIdentifier: name, enableConfigMapMutable: true, enableSecretMutable: true },
      // A restored cluster has objects that a new stack is yet to make.
      ...(spec.snapshots?.restoreFrom === undefined ? {} : { upsertExistingObjects: true, enablePatchForce: true }),
    },
    { ...child, dependsOn: [ready] },
  );
  const members = new Map<string, command.local.Command>();
  if (membersJoin(spec.release)) {
    const addresses = controlPlane.map(({ address }) => address);
    const { rights } = new EtcdMembers(
      name,
      { kubeconfig, members: addresses, triggers: ids },
      { parent, provider, dependsOn: [ready] },
    );
    const shared = { kubeconfig, release: spec.release, flavor: spec.controlPlane.flavor, members: addresses };
    for (const node of several ? controlPlane : []) {
      const own = { ...shared, node, instanceId: idOf(node.name) };
      const opts = { ...child, dependsOn: [...rights], deletedWith: args.goneWith };
      members.set(node.name, memberInService(own, opts));
    }
  }
  // What is in etcd follows what the API servers encrypt with, and no other key may go before. Those of one generation never need it.
  const { encryption } = spec.keys;
  const rewritten = same(encryption, FIRST)
    ? []
    : [
        encrypted(
          name,
          { kubeconfig, used: encryption.used, restores: args.restores },
          { ...child, dependsOn: [ready, ...members.values()], deletedWith: args.goneWith },
        ),
      ];
  // An only server is in service when its API is ready.
  const only = several ? [] : controlPlane.map(({ name: node }): [string, pulumi.Resource] => [node, ready]);
  return { ready, provider, members, inService: new Map<string, pulumi.Resource>([...members, ...only]), rewritten };
}

import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { API_PORT, BALANCER_PORT } from "../../kubernetes/api";
import { CascadingDelete } from "./cascade";
import { waysOf } from "./ways";

export interface BalancerArgs {
  subnetId: pulumi.Input<string>;
  address: string;
  /** Octavia's provider; undefined: the cloud's default. */
  provider?: string | undefined;
  /** Who may connect. */
  allowedCidrs: readonly string[];
  /** The control-plane nodes. */
  members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly address: string;
  /**
   * What has the address in Neutron. OVN's provider looks for it when the member is made, and not again: without it, it would take the member for
   * failed for ever, and never try it (ovn_octavia_provider/helper.py, `_update_hm_member`).
   */
  readonly port?: pulumi.Input<pulumi.Resource>;
}

/** How the balancer is described, which says whose it is. */
export const apiDescription = (name: string) => `Kubernetes API of ${name}`;

/**
 * A load balancer of Octavia's before the API servers: TCP passed on as it is, since clients authenticate by certificate, to those that
 * its monitor finds ready. @returns the port that has its address
 */
export function balancer(name: string, args: BalancerArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const called = { name: `${name}-api` };
  const ways = waysOf(args.provider);
  const { id: loadbalancerId, vipPortId } = new openstack.loadbalancer.LoadBalancer(
    called.name,
    {
      ...called,
      description: apiDescription(name),
      vipSubnetId: args.subnetId,
      vipAddress: args.address,
      ...(args.provider === undefined ? {} : { loadbalancerProvider: args.provider }),
    },
    // Its address is fixed, so the old one has to go before a new one can come.
    { parent, deleteBeforeReplace: true },
  );
  // Octavia deletes all that is in a load balancer with it, also what others have put there. One by one it would take a minute, and fail at
  // whatever is not there any more (resource_openstack_lb_member_v2.go: "Unable to retrieve parent pool").
  const deletedWith = new CascadingDelete(called.name, { loadBalancerId: loadbalancerId }, { parent });
  const inside = { parent, deletedWith };
  const listener = new openstack.loadbalancer.Listener(
    called.name,
    {
      ...called,
      loadbalancerId,
      protocol: "TCP",
      protocolPort: BALANCER_PORT,
      ...ways.listener(args.allowedCidrs),
    },
    inside,
  );
  const pool = new openstack.loadbalancer.Pool(
    called.name,
    { ...called, listenerId: listener.id, protocol: "TCP", lbMethod: ways.lbMethod },
    inside,
  );
  for (const { name: node, address, port } of args.members) {
    new openstack.loadbalancer.Member(
      node,
      { name: node, poolId: pool.id, address, protocolPort: API_PORT, subnetId: args.subnetId },
      { ...inside, ...(port ? { dependsOn: [port] } : {}) },
    );
  }
  new openstack.loadbalancer.Monitor(
    called.name,
    {
      ...called,
      poolId: pool.id,
      ...ways.monitor,
      delay: 3,
      timeout: 2,
      maxRetries: 2,
      maxRetriesDown: 2,
    },
    inside,
  );
  return vipPortId;
}

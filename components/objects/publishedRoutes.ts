import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { PlannedRoute } from "../addressing/routePlan";
import { Registered } from "../made";
import { RouteTier } from "../settings/routeTier";

export interface PublishedRoutesArgs {
  tier: RouteTier;
  /** The whole plan. */
  routes: readonly PlannedRoute[];
  /** What has happened when workers that are no longer in the plan are empty, and all others in service. */
  settled: readonly Registered[];
}

/** Where Kubernetes keeps what everybody may read. Nodes may (NodeCertificates has the rule), and none but the stack's user may write. */
const NAMESPACE = "kube-public";

/**
 * The route plan in the cluster, for nodes to read (cloudinit/files/route_plan.py). Twice, and what either names stands on the nodes: the
 * first is written before an update's workers come, the second when those that leave are empty. One object holds 25,000 routes, so each
 * is read whole or not at all.
 */
export class PublishedRoutes extends pulumi.ComponentResource {
  /** Is there when nodes can read this update's plan. */
  readonly planned: pulumi.Resource;

  constructor(name: string, args: PublishedRoutesArgs, opts: pulumi.ComponentResourceOptions) {
    super("hostroute:kubernetes:PublishedRoutes", name, {}, opts);
    const data = publishedRoutes(args.tier, args.routes);
    const object = (what: string, options: pulumi.CustomResourceOptions) =>
      new k8s.core.v1.ConfigMap(
        `${name}-${what}`,
        { metadata: { name: `hostroute-${what}`, namespace: NAMESPACE }, data },
        { parent: this, ...options },
      );
    this.planned = object("routes", {});
    object("routes-settled", { dependsOn: [this.planned, ...args.settled] });
    this.registerOutputs();
  }
}

/** The data of such an object. Its digest tells nodes that it is whole, and as the stack wrote it. */
export function publishedRoutes(tier: RouteTier, planned: readonly PlannedRoute[]): Record<string, string> {
  const routes = planned.map(({ destination, nextHop }) => `${destination} via ${nextHop}\n`).join("");
  return { tier, routes, sha256: createHash("sha256").update(`${tier}\n${routes}`).digest("hex") };
}

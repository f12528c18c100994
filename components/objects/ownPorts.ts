import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { workerPortsIn } from "../kubernetes/ownPorts";

export interface OwnPortsArgs {
  /** The NodePort range, both ends included. */
  nodePorts: readonly [first: number, last: number];
}

/**
 * A Service that nobody serves, so that nobody else gets its NodePorts: those that workers listen on themselves. The API server
 * refuses them to whoever asks ("provided port is already allocated"), as `nodePort` or as `healthCheckNodePort`, and never hands
 * one out at random.
 * The label has every kube-proxy pass it over (cmd/kube-proxy/app/server.go, `noProxyName`): no rule is made of it, not even the one
 * that refuses connections to a Service without endpoints.
 */
export class OwnPorts extends pulumi.ComponentResource {
  constructor(name: string, args: OwnPortsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:objects:OwnPorts", name, {}, opts);
    const ports = workerPortsIn(args.nodePorts);
    if (ports.length > 0) new k8s.core.v1.Service(`${name}-own-ports`, reservation(ports), { parent: this });
    this.registerOutputs({ ports: Object.fromEntries(ports) });
  }
}

const reservation = (ports: [name: string, port: number][]) => ({
  metadata: {
    name: "hostroute-own-ports",
    namespace: "kube-system",
    labels: { "service.kubernetes.io/service-proxy-name": "none" },
    annotations: {
      "hostroute.dev/why": "reserves the ports that nodes listen on themselves; without it a Service could take one",
      // Nothing ever stands behind it.
      "pulumi.com/skipAwait": "true",
    },
  },
  spec: {
    type: "NodePort",
    // No selector: no endpoints.
    ports: ports.map(([port, number]) => ({ name: port, protocol: "TCP", port: number, nodePort: number })),
  },
});

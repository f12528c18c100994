export interface CheckPodArgs {
  node: string;
  /** The sandbox's image: every node has it, before its first pod. */
  image: string;
  /** The DNS service's address. */
  clusterDns: string;
}

/**
 * A pod that is ready as soon as its node does what it is for: kubelet runs pods, CNI gives them addresses, and the cluster's DNS takes
 * connections from the node, by kube-proxy's rules and the route to wherever its pods are. Nobody but the node's own kubelet can say so.
 * In kube-system, which is exempt from Pod Security: from 1.34 on, `baseline` forbids probes of another host (KEP-4940).
 */
export const checkPod = ({ node, image, clusterDns }: CheckPodArgs) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `hostroute-check-${node}`, namespace: "kube-system" },
  spec: {
    // Not by way of the scheduler: the node is cordoned.
    nodeName: node,
    tolerations: [{ operator: "Exists" }],
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    containers: [
      {
        name: "check",
        image,
        imagePullPolicy: "IfNotPresent",
        readinessProbe: { tcpSocket: { host: clusterDns, port: 53 }, periodSeconds: 2, timeoutSeconds: 2 },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
          seccompProfile: { type: "RuntimeDefault" },
        },
      },
    ],
  },
});

import { createHash } from "node:crypto";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clusterOutputs } from "hostroute/outputs";
import { renderPage } from "./page";

const config = new pulumi.Config();
const nodePort = config.requireNumber("nodePort");
const { kubeconfig, clusterDns, nodes, routes } = clusterOutputs(new pulumi.StackReference(config.require("cluster")));
const workers = nodes.apply((all) => all.filter(({ role }) => role === "worker"));
const html = pulumi.output({ nodes, routes, clusterDns }).apply(renderPage);

const PORT = 8080;
const metadata = { name: "workload", namespace: "default" };
const labels = { app: metadata.name };
const opts = { provider: new kubernetes.Provider("cluster", { kubeconfig }) };

const page = new kubernetes.core.v1.ConfigMap("page", { metadata, data: { "index.html": html } }, opts);

const deployment = new kubernetes.apps.v1.Deployment(
  "web",
  {
    metadata,
    spec: {
      replicas: workers.length,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          // Another page, other pods: they are ready when they serve it.
          annotations: { "workload/page": html.apply((text) => createHash("sha256").update(text).digest("hex")) },
        },
        spec: {
          // One on each worker, as far as there is room.
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: labels },
            },
          ],
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
          containers: [
            {
              name: "web",
              image: config.require("image"),
              command: ["httpd", "-f", "-p", String(PORT), "-h", "/www"],
              ports: [{ containerPort: PORT }],
              readinessProbe: { httpGet: { path: "/", port: PORT } },
              resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [{ name: "page", mountPath: "/www", readOnly: true }],
            },
          ],
          volumes: [{ name: "page", configMap: { name: page.metadata.name } }],
        },
      },
    },
  },
  opts,
);

const service = new kubernetes.core.v1.Service(
  "web",
  { metadata, spec: { type: "NodePort", selector: labels, ports: [{ port: 80, targetPort: PORT, nodePort }] } },
  { ...opts, dependsOn: [deployment] },
);

/** The page at every worker's address: any of them leads to any pod, over the host routes. */
export const urls = pulumi
  .all([workers, service.id])
  .apply(([all]) => all.map(({ address }) => `http://${address}:${nodePort}/`));

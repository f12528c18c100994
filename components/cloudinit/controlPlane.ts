import * as yaml from "yaml";
import { apiUrl } from "../kubernetes/api";
import { Artifact } from "../kubernetes/artifacts";
import {
  AUDIT_LOG,
  AUDIT_POLICY,
  AUTHENTICATION_CONFIG,
  ENCRYPTION_CONFIG,
  ETCD_DATA,
  kubeconfigPath,
  pki,
} from "../kubernetes/flags/paths";
import { RenderOptions, renderFlags } from "../kubernetes/flags/render";
import { ComponentName, FlagValues } from "../kubernetes/flags/types";
import { renderNodeKubeconfig } from "../kubernetes/kubeconfig";
import { ControlPlaneCredentials } from "../pki/credentials";
import { commonFiles, FETCH } from "./common";
import { keyFiles, ownFiles, renewalFiles } from "./credentials";
import { NodeFile, renderCloudConfig } from "./document";
import { routeFiles } from "./routes";
import { program, serviceUnit } from "./units";

export interface ControlPlaneUserData {
  values: FlagValues;
  options: RenderOptions;
  credentials: ControlPlaneCredentials;
  artifacts: readonly Artifact[];
  extraFiles: readonly NodeFile[];
  /** Where workers stand, now or later. */
  workers: readonly string[];
}

const HARDENED = [
  "NoNewPrivileges=yes",
  "ProtectSystem=full",
  "ProtectHome=yes",
  "PrivateTmp=yes",
  "ProtectKernelTunables=yes",
  "ProtectKernelModules=yes",
  "ProtectControlGroups=yes",
  "RestrictSUIDSGID=yes",
  "LimitNOFILE=65536",
];

/** User-data of a control-plane node: a pure function of plain values. */
export function controlPlaneUserData({
  values,
  options,
  credentials,
  artifacts,
  extraFiles,
  workers,
}: ControlPlaneUserData): string {
  // Its own API server, so that one node's outage does not affect another's controllers.
  const server = apiUrl(values.hostIp);
  const kubeconfig = (user: string): NodeFile => ({
    path: kubeconfigPath(user),
    content: renderNodeKubeconfig(`system:kube-${user}`, server, user),
  });
  const service = (component: ComponentName, description: string, needs: string[], settings: string[] = []) =>
    serviceUnit({
      name: component,
      description,
      needs,
      command: [program(component), ...renderFlags(component, values, options)],
      settings: [...HARDENED, ...settings],
    });

  return renderCloudConfig({
    hostname: values.nodeName,
    contents: [
      ...routeFiles(values, workers),
      ...commonFiles(artifacts),
      ...keyFiles("ca", credentials.ca),
      ...ownFiles(credentials.own),
      { path: pki("etcd-ca.crt"), content: credentials.etcdCa },
      { path: pki("front-proxy-ca.crt"), content: credentials.frontProxyCa },
      { path: pki("service-account.pub"), content: credentials.serviceAccount.publicKey },
      { path: pki("service-account.key"), content: credentials.serviceAccount.privateKey, permissions: "0600" },
      kubeconfig("controller-manager"),
      kubeconfig("scheduler"),
      { path: ENCRYPTION_CONFIG, content: yaml.stringify(encryption(credentials.encryptionKey)), permissions: "0600" },
      { path: AUDIT_POLICY, content: yaml.stringify(AUDIT) },
      { path: AUTHENTICATION_CONFIG, content: yaml.stringify(AUTHENTICATION) },
      service(
        "etcd",
        "etcd, the store of the Kubernetes API",
        [FETCH],
        [
          "Type=notify",
          "TimeoutStartSec=0",
          `StateDirectory=${ETCD_DATA.replace("/var/lib/", "")}`,
          "StateDirectoryMode=0700",
        ],
      ),
      service(
        "kube-apiserver",
        "Kubernetes API server",
        [FETCH, "etcd.service"],
        ["Type=notify", "TimeoutStartSec=0", `LogsDirectory=${AUDIT_LOG.split("/").at(-2)}`],
      ),
      service("kube-controller-manager", "Kubernetes controller manager", [FETCH, "kube-apiserver.service"]),
      service("kube-scheduler", "Kubernetes scheduler", [FETCH, "kube-apiserver.service"]),
      // Kubernetes' own rule for controllers lets this one read ConfigMaps (bootstrappolicy/policy.go).
      ...renewalFiles({ server, node: values.nodeName, own: credentials.own, client: "controller-manager" }),
      ...extraFiles,
    ],
  });
}

const encryption = (key: string) => ({
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "EncryptionConfiguration",
  resources: [
    { resources: ["secrets"], providers: [{ secretbox: { keys: [{ name: "key1", secret: key }] } }, { identity: {} }] },
  ],
});

/** Who did what to what, without contents of Secrets, ConfigMaps and tokens, and without what nodes and probes repeat all day. */
const AUDIT = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    { level: "None", nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version"] },
    { level: "None", resources: [{ group: "coordination.k8s.io", resources: ["leases"] }] },
    { level: "None", userGroups: ["system:nodes"], verbs: ["get", "list", "watch"] },
    { level: "Metadata" },
  ],
};

const AUTHENTICATION = {
  apiVersion: "apiserver.config.k8s.io/v1beta1",
  kind: "AuthenticationConfiguration",
  anonymous: { enabled: true, conditions: ["/healthz", "/livez", "/readyz"].map((path) => ({ path })) },
};

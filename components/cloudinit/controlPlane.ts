import { apiUrl } from "../kubernetes/api";
import {
  admissionConfig,
  auditPolicy,
  authenticationConfig,
  encryptionConfig,
  PodSecurityLevel,
} from "../kubernetes/apiServerConfig";
import { Artifact } from "../kubernetes/artifacts";
import {
  ADMISSION_CONFIG,
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
import { membersJoin } from "../kubernetes/version";
import { ControlPlaneCredentials } from "../pki/credentials";
import { accountFiles, ACCOUNTS } from "./accounts";
import { commonFiles, FETCH } from "./common";
import { ownFiles, renewalFiles } from "./credentials";
import { NodeFile, renderCloudConfig } from "./document";
import { joining } from "./etcdMember";
import { routeFiles } from "./routes";
import { HANDED_OVER, Restore, snapshotting } from "./snapshots";
import { program, serviceUnit } from "./units";
import { VirtualAddress, virtualAddressFiles } from "./virtualAddress";

export interface ControlPlaneUserData {
  values: FlagValues;
  options: RenderOptions;
  credentials: ControlPlaneCredentials;
  /** Which pods are admitted where nothing else is said of it. */
  podSecurity: PodSecurityLevel;
  artifacts: readonly Artifact[];
  extraFiles: readonly NodeFile[];
  /** Where workers stand, now or later. */
  workers: readonly string[];
  /** Whether the stack publishes the route plan, for what DHCP does not bring. */
  readsPlan: boolean;
  /** The API's address, where the control-plane nodes hold it among themselves. */
  virtual?: VirtualAddress | undefined;
  /** What a new cluster of etcd begins with, if not with nothing. */
  restore?: Restore | undefined;
}

const HARDENED = [
  // Ports below 1024 are none of theirs.
  "CapabilityBoundingSet=",
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
  podSecurity,
  artifacts,
  extraFiles,
  workers,
  readsPlan,
  virtual,
  restore,
}: ControlPlaneUserData): string {
  // Its own API server, so that one node's outage does not affect another's controllers.
  const server = apiUrl(values.hostIp);
  const kubeconfig = (user: string): NodeFile => ({
    path: kubeconfigPath(user),
    content: renderNodeKubeconfig(`system:kube-${user}`, server, user),
  });
  const alone = values.controlPlane.length === 1 && membersJoin(options.release);
  const members = joining(values, options);
  const backup = snapshotting(values, options, restore);
  const service = (
    component: ComponentName,
    description: string,
    needs: string[],
    settings: string[] = [],
    command: readonly string[] = [program(component)],
  ) =>
    serviceUnit({
      name: component,
      conditions: alone && component !== "etcd" ? [`ConditionPathExists=!${HANDED_OVER}`] : [],
      description,
      needs: [FETCH, ACCOUNTS, ...needs],
      command: [...command, ...renderFlags(component, values, options)],
      settings: [`User=${component}`, ...HARDENED, ...settings],
    });

  const admission = admissionConfig(options.release, podSecurity);

  return renderCloudConfig({
    hostname: values.nodeName,
    contents: [
      ...routeFiles({ values, workers, plan: readsPlan ? { server, client: "controller-manager" } : undefined }),
      ...commonFiles(artifacts),
      ...accountFiles(),
      { path: pki("ca.crt"), content: credentials.ca },
      ...ownFiles(credentials.own),
      { path: pki("etcd-ca.crt"), content: credentials.etcdCa },
      { path: pki("front-proxy-ca.crt"), content: credentials.frontProxyCa },
      { path: pki("service-account.pub"), content: credentials.serviceAccount.publicKeys },
      { path: pki("service-account.key"), content: credentials.serviceAccount.privateKey, permissions: "0600" },
      kubeconfig("controller-manager"),
      kubeconfig("scheduler"),
      { path: ENCRYPTION_CONFIG, content: encryptionConfig(credentials.encryptionKeys), permissions: "0600" },
      { path: AUDIT_POLICY, content: auditPolicy() },
      { path: AUTHENTICATION_CONFIG, content: authenticationConfig(options.release) },
      ...(admission === undefined ? [] : [{ path: ADMISSION_CONFIG, content: admission }]),
      ...members.contents,
      ...backup.contents,
      service(
        "etcd",
        "etcd, the store of the Kubernetes API",
        [],
        [
          "Type=notify",
          "TimeoutStartSec=0",
          `StateDirectory=${ETCD_DATA.replace("/var/lib/", "")}`,
          "StateDirectoryMode=0700",
          ...members.settings,
          ...backup.settings,
        ],
        [...members.starter, backup.etcd],
      ),
      service(
        "kube-apiserver",
        "Kubernetes API server",
        ["etcd.service"],
        [
          "Type=notify",
          "TimeoutStartSec=0",
          // Ten seconds for watches; where etcd is gone it would wait a minute for the rest. Nova cuts a server that shuts down off after a minute.
          "TimeoutStopSec=20",
          `LogsDirectory=${AUDIT_LOG.split("/").at(-2)}`,
        ],
      ),
      service("kube-controller-manager", "Kubernetes controller manager", ["kube-apiserver.service"]),
      service("kube-scheduler", "Kubernetes scheduler", ["kube-apiserver.service"]),
      ...(virtual ? virtualAddressFiles(values.hostIp, virtual) : []),
      // Kubernetes' own rule for controllers lets this one read ConfigMaps (bootstrappolicy/policy.go).
      ...renewalFiles({
        server,
        node: values.nodeName,
        own: credentials.own,
        client: "controller-manager",
        trusting: ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"],
      }),
    ],
    extraFiles,
  });
}

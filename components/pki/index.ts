import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { addressAt, parseCidr } from "../addressing/ipv4";
import { PlannedControlPlane, PlannedWorker } from "../addressing/routePlan";
import { fromGiven } from "../given";
import { made } from "../made";
import { ByGeneration, inOrder, KeyGenerations, usedFirst } from "../settings/generations";
import { AuthorityName, Recovery, recoveryText } from "../settings/recovery";
import { IssuedPair, KeyPairOutput, NamedByKey, Validity } from "./authority";
import { ControlPlaneCredentials, WorkerCredentials } from "./credentials";
import { AuthorityGenerations } from "./generationsOfAuthority";
import { encryptionKeys, serviceAccountKeys, TokenKeys } from "./secretKeys";

export interface PkiArgs {
  serviceCidr: string;
  clusterDomain: string;
  /** Addresses and names under which the API is reached besides the nodes' own: floating IP, balancer. */
  apiAddresses: readonly pulumi.Input<string>[];
  apiNames: readonly string[];
  validity: Validity;
  /** Which generations of its keys there are. */
  keys: KeyGenerations;
  /** Keys of the cluster whose place this one takes; undefined: it has its own. */
  given: pulumi.Output<Recovery | undefined>;
}

/** The API server as kubelets see it: a user without any rights but those bound to its name. */
export const KUBELET_CLIENT = "kube-apiserver-kubelet-client";

/**
 * An administrator's user name. Kubernetes has no revocation, so the name follows from the key: with a new key comes a new name, the
 * binding follows it, and the certificate of the old key is nobody's.
 */
const administrator = (publicKeyPem: string) =>
  `kubernetes-admin:${createHash("sha256").update(publicKeyPem).digest("hex").slice(0, 16)}`;

const CLIENT = ["client_auth"] as const;
const BOTH = ["client_auth", "server_auth"] as const;

/**
 * The cluster's certificates: an authority each for Kubernetes, etcd and the aggregation layer, and for every node its own
 * key pairs. Names and groups are those that Kubernetes' authorizers know (kubernetes.io/docs/setup/best-practices/certificates).
 */
export class Pki extends pulumi.ComponentResource {
  /** The certificate of the cluster's CA, PEM. Its key is in the state and nowhere else, as are those of the two others. */
  readonly ca: pulumi.Output<string>;
  /** The certificates of all three. */
  readonly certificates: Record<"kubernetes" | "etcd" | "frontProxy", pulumi.Output<string>>;
  /** A cluster administrator's client certificate. Its rights come from a binding to `commonName`, and end with that. */
  readonly admin: NamedByKey;
  /** The program's own client certificate (`system:masters`), which makes those bindings. It never leaves the state. */
  readonly provisioner: KeyPairOutput;
  /** What another cluster needs to take this one's place, as text; a secret. */
  readonly recovery: pulumi.Output<string>;
  private readonly authorities: Record<AuthorityName, AuthorityGenerations>;
  private readonly serviceAccount: pulumi.Output<ByGeneration<TokenKeys>>;
  private readonly encryption: pulumi.Output<ByGeneration<string>>;

  constructor(
    name: string,
    private readonly args: PkiArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hostroute:kubernetes:Pki", name, {}, opts);
    const { given } = args;
    const authority = (role: string, key: AuthorityName) =>
      new AuthorityGenerations(
        `${name}-${role}`,
        args.keys.authorities,
        args.validity,
        (n) => given.apply((keys) => keys?.authorities[n]?.[key]),
        this,
      );
    this.authorities = {
      kubernetes: authority("ca", "kubernetes"),
      etcd: authority("etcd-ca", "etcd"),
      frontProxy: authority("front-proxy-ca", "frontProxy"),
    };
    this.serviceAccount = serviceAccountKeys(name, args.keys.serviceAccount, given, this);
    this.encryption = encryptionKeys(name, args.keys.encryption, given, this);
    const { kubernetes, etcd, frontProxy } = this.authorities;
    this.ca = kubernetes.trusted;
    this.certificates = { kubernetes: this.ca, etcd: etcd.trusted, frontProxy: frontProxy.trusted };
    const { adminValidityHours, earlyRenewalHours } = args.validity;
    this.admin = this.authorities.kubernetes.issueByKey(`${name}-admin`, administrator, {
      uses: CLIENT,
      validity: {
        validityHours: adminValidityHours,
        earlyRenewalHours: Math.min(earlyRenewalHours, Math.floor(adminValidityHours / 3)),
      },
    });
    this.provisioner = this.client(`${name}-provisioner`, "hostroute:provisioner", "system:masters");
    this.recovery = this.recoveryKeys();
    this.registerOutputs({ ca: this.ca });
  }

  private recoveryKeys(): pulumi.Output<string> {
    const { authorities } = this;
    const all = pulumi.output({
      authorities: pulumi
        .all([authorities.kubernetes.keys, authorities.etcd.keys, authorities.frontProxy.keys])
        .apply(([kubernetes, etcd, frontProxy]) =>
          Object.fromEntries(
            Object.keys(kubernetes).map((n) => [
              n,
              { kubernetes: kubernetes[n], etcd: etcd[n], frontProxy: frontProxy[n] },
            ]),
          ),
        ),
      serviceAccount: this.serviceAccount.apply((all) =>
        Object.fromEntries(Object.entries(all).map(([n, { privateKey }]) => [n, privateKey])),
      ),
      encryption: this.encryption,
    });
    return pulumi.secret(fromGiven(all, (found) => recoveryText(found as unknown as Recovery)));
  }

  /** What one control-plane node gets. */
  controlPlane({ name, address }: PlannedControlPlane): pulumi.Output<ControlPlaneCredentials> {
    const { kubernetes, etcd, frontProxy } = this.authorities;
    const { serviceCidr, clusterDomain, apiAddresses, apiNames, keys } = this.args;
    const serviceNames = [
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      `kubernetes.default.svc.${clusterDomain}`,
    ];
    const local = ["127.0.0.1", address];
    return pulumi.output({
      ca: this.ca,
      etcdCa: etcd.trusted,
      frontProxyCa: frontProxy.trusted,
      first: { ca: kubernetes.first, etcdCa: etcd.first, frontProxyCa: frontProxy.first },
      own: {
        etcd: etcd.issue(
          `${name}-etcd`,
          {
            commonName: name,
            uses: BOTH,
            dnsNames: [name, "localhost"],
            ipAddresses: local,
          },
          true,
        ),
        apiserver: kubernetes.issue(
          `${name}-apiserver`,
          {
            commonName: "kube-apiserver",
            uses: ["server_auth"],
            dnsNames: [...serviceNames, name, "localhost", ...apiNames],
            ipAddresses: [...local, addressAt(parseCidr(serviceCidr), 1), ...apiAddresses],
          },
          true,
        ),
        "apiserver-etcd-client": etcd.issue(`${name}-apiserver-etcd-client`, {
          commonName: "kube-apiserver-etcd-client",
          uses: CLIENT,
        }),
        "apiserver-kubelet-client": this.client(`${name}-apiserver-kubelet-client`, KUBELET_CLIENT),
        "front-proxy-client": frontProxy.issue(
          `${name}-front-proxy-client`,
          {
            commonName: "front-proxy-client",
            uses: CLIENT,
          },
          true,
        ),
        "controller-manager": this.client(`${name}-controller-manager`, "system:kube-controller-manager"),
        scheduler: this.client(`${name}-scheduler`, "system:kube-scheduler"),
      },
      serviceAccount: this.serviceAccount.apply((all) => ({
        publicKeys: inOrder(keys.serviceAccount)
          .map((n) => all[n]!.publicKey)
          .join(""),
        privateKey: all[keys.serviceAccount.used]!.privateKey,
      })),
      encryptionKeys: this.encryption.apply((all) =>
        usedFirst(keys.encryption).map((generation) => ({ generation, secret: all[generation]! })),
      ),
    });
  }

  /**
   * What one worker gets: the kubelet's client certificate, which serves its own HTTPS port too, and kube-proxy's. Begins when the authority is made, and
   * ends when they are: what the engine cannot make yet would only take memory.
   */
  async worker({ name, address }: PlannedWorker): Promise<pulumi.Output<WorkerCredentials>> {
    const { kubernetes } = this.authorities;
    await made(kubernetes.certificate);
    const [ofKubelet, ofProxy] = [`${name}-kubelet`, `${name}-kube-proxy`] as const;
    const kubelet = kubernetes.issue(
      ofKubelet,
      {
        commonName: `system:node:${name}`,
        organization: "system:nodes",
        uses: BOTH,
        dnsNames: [name],
        ipAddresses: [address],
      },
      true,
    );
    const own = { kubelet, "kube-proxy": this.client(ofProxy, "system:kube-proxy") };
    await Promise.all([ofKubelet, ofProxy].map((issued) => made(kubernetes.issued(issued))));
    return pulumi.output({ ca: this.ca, first: { ca: kubernetes.first }, own });
  }

  private client(name: string, commonName: string, organization?: string): IssuedPair {
    return this.authorities.kubernetes.issue(name, {
      commonName,
      uses: CLIENT,
      ...(organization ? { organization } : {}),
    });
  }
}

import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

/** How long certificates live, in hours. */
export interface Validity {
  validityHours: number;
  caValidityHours: number;
  earlyRenewalHours: number;
}

/** A certificate with its key, both PEM; the key is a secret. */
export interface KeyPairOutput {
  cert: pulumi.Output<string>;
  key: pulumi.Output<string>;
}

export interface LeafArgs {
  commonName: string;
  organization?: string;
  uses: readonly ("client_auth" | "server_auth")[];
  dnsNames?: readonly string[];
  ipAddresses?: pulumi.Input<pulumi.Input<string>[]>;
}

/** P-256: as strong as RSA 3072, and small enough for a dozen pairs in user-data. */
const KEY = { algorithm: "ECDSA", ecdsaCurve: "P256" };

const privateKey = (name: string, parent: pulumi.Resource, opts: pulumi.CustomResourceOptions = {}) =>
  new tls.PrivateKey(name, KEY, { parent, ...opts });

/** A certificate authority that signs for the cluster. */
export class Authority extends pulumi.ComponentResource {
  readonly pair: KeyPairOutput;

  constructor(
    name: string,
    private readonly validity: Validity,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hostroute:kubernetes:Authority", name, {}, opts);
    const key = privateKey(name, this);
    const cert = new tls.SelfSignedCert(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        isCaCertificate: true,
        subject: { commonName: name },
        validityPeriodHours: validity.caValidityHours,
        allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      },
      // Every node trusts this authority alone, so neither expiry nor a change of configuration may replace it.
      { parent: this, ignoreChanges: ["validityPeriodHours"] },
    );
    this.pair = { cert: cert.certPem, key: key.privateKeyPem };
    this.registerOutputs({ cert: this.pair.cert });
  }

  /** A key and a certificate of this authority for it. */
  issue(name: string, leaf: LeafArgs): KeyPairOutput {
    const key = privateKey(name, this);
    const request = new tls.CertRequest(
      name,
      {
        privateKeyPem: key.privateKeyPem,
        subject: { commonName: leaf.commonName, ...(leaf.organization ? { organization: leaf.organization } : {}) },
        dnsNames: [...(leaf.dnsNames ?? [])],
        ipAddresses: leaf.ipAddresses ?? [],
      },
      { parent: this },
    );
    const cert = new tls.LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: this.pair.key,
        caCertPem: this.pair.cert,
        validityPeriodHours: this.validity.validityHours,
        earlyRenewalHours: this.validity.earlyRenewalHours,
        allowedUses: ["digital_signature", "key_encipherment", ...leaf.uses],
      },
      { parent: this },
    );
    return { cert: cert.certPem, key: key.privateKeyPem };
  }
}

import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { fromGiven } from "../given";
import { AuthorityKey } from "../settings/recovery";
import { chosen } from "./chosen";

/** How long certificates live, in hours. */
export interface Validity {
  validityHours: number;
  adminValidityHours: number;
  caValidityHours: number;
  earlyRenewalHours: number;
}

/** A certificate with its key, both PEM; the key is a secret. */
export interface KeyPairOutput {
  cert: pulumi.Output<string>;
  key: pulumi.Output<string>;
}

export interface LeafArgs {
  commonName: pulumi.Input<string>;
  organization?: string;
  uses: readonly ("client_auth" | "server_auth")[];
  dnsNames?: readonly string[];
  ipAddresses?: pulumi.Input<pulumi.Input<string>[]>;
  /** Default: the authority's for all leaves. */
  validity?: Pick<Validity, "validityHours" | "earlyRenewalHours">;
}

/** A pair whose common name follows from its key. */
export interface NamedByKey extends KeyPairOutput {
  commonName: pulumi.Output<string>;
}

/** P-256: as strong as RSA 3072, and small enough for a dozen pairs in user-data. */
const KEY = { algorithm: "ECDSA", ecdsaCurve: "P256" };

const privateKey = (name: string, parent: pulumi.Resource, opts: pulumi.CustomResourceOptions = {}) =>
  new tls.PrivateKey(name, KEY, { parent, ...opts });

/** A certificate authority that signs for the cluster. */
export class Authority extends pulumi.ComponentResource {
  readonly pair: KeyPairOutput;
  /** Of its certificate. */
  readonly commonName: pulumi.Output<string>;

  /** @param given of an authority whose place it takes, instead of a key and a name of its own */
  constructor(
    name: string,
    private readonly validity: Validity,
    given: pulumi.Output<AuthorityKey | undefined>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("hostroute:kubernetes:Authority", name, {}, opts);
    // Made in any case: what there is may not depend on what is known during an update alone.
    const own = privateKey(name, this);
    const key = chosen(given, ({ privateKey }) => privateKey, own.privateKeyPem);
    this.commonName = pulumi.unsecret(chosen(given, ({ commonName }) => commonName, name));
    const cert = new tls.SelfSignedCert(
      name,
      {
        privateKeyPem: key,
        isCaCertificate: true,
        subject: { commonName: this.commonName },
        validityPeriodHours: validity.caValidityHours,
        allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      },
      // Every node trusts this authority alone, so neither expiry nor a change of configuration may replace it.
      { parent: this, ignoreChanges: ["validityPeriodHours"] },
    );
    this.pair = { cert: cert.certPem, key };
    this.registerOutputs({ cert: this.pair.cert });
  }

  /** A key and a certificate of this authority for it. */
  issue(name: string, leaf: LeafArgs): KeyPairOutput {
    return this.sign(name, privateKey(name, this), leaf);
  }

  /** The same, with the common name that `nameOf` makes of the key's public half, PEM. */
  issueByKey(name: string, nameOf: (publicKeyPem: string) => string, leaf: Omit<LeafArgs, "commonName">): NamedByKey {
    const key = privateKey(name, this);
    const commonName = fromGiven(key.publicKeyPem, nameOf);
    return { ...this.sign(name, key, { ...leaf, commonName }), commonName };
  }

  private sign(name: string, key: tls.PrivateKey, leaf: LeafArgs): KeyPairOutput {
    const { validityHours, earlyRenewalHours } = leaf.validity ?? this.validity;
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
        validityPeriodHours: validityHours,
        earlyRenewalHours,
        allowedUses: ["digital_signature", "key_encipherment", ...leaf.uses],
      },
      { parent: this },
    );
    return { cert: cert.certPem, key: key.privateKeyPem };
  }
}

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

/** A pair of which the stack may have to show that another authority has certified its key, too. */
export interface IssuedPair extends KeyPairOutput {
  /** While two generations are trusted: a certificate of the newer one's, and behind it the older one's for the newer one. */
  proof?: pulumi.Output<string>;
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
  readonly certificate: pulumi.Resource;
  /** By name, the certificates that it has signed for nodes and users. */
  readonly issued = new Map<string, pulumi.Resource>();

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
    this.certificate = cert;
    this.pair = { cert: cert.certPem, key };
    this.registerOutputs({ cert: this.pair.cert });
  }

  /** A key and a certificate of this authority for it. */
  issue(name: string, leaf: LeafArgs, signer: Authority = this): KeyPairOutput & { request: pulumi.Output<string> } {
    return this.sign(name, privateKey(name, this), leaf, signer);
  }

  /** The same, with the common name that `nameOf` makes of the key's public half, PEM. */
  issueByKey(
    name: string,
    nameOf: (publicKeyPem: string) => string,
    leaf: Omit<LeafArgs, "commonName">,
    signer: Authority = this,
  ): NamedByKey {
    const key = privateKey(name, this);
    const commonName = fromGiven(key.publicKeyPem, nameOf);
    return { ...this.sign(name, key, { ...leaf, commonName }, signer), commonName };
  }

  /** @param signer another generation of it, in its place */
  private sign(name: string, key: tls.PrivateKey, leaf: LeafArgs, signer: Authority) {
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
    const cert = signer.certify(name, request.certRequestPem, leaf.uses, { validityHours, earlyRenewalHours }, this);
    return { cert, key: key.privateKeyPem, request: request.certRequestPem };
  }

  /** A certificate for whoever has made the request. */
  certify(
    name: string,
    certRequestPem: pulumi.Input<string>,
    uses: LeafArgs["uses"],
    { validityHours, earlyRenewalHours }: Pick<Validity, "validityHours" | "earlyRenewalHours">,
    parent: pulumi.Resource,
  ): pulumi.Output<string> {
    const certificate = new tls.LocallySignedCert(
      name,
      {
        certRequestPem,
        caPrivateKeyPem: this.pair.key,
        caCertPem: this.pair.cert,
        validityPeriodHours: validityHours,
        earlyRenewalHours,
        allowedUses: ["digital_signature", "key_encipherment", ...uses],
      },
      { parent },
    );
    this.issued.set(name, certificate);
    return certificate.certPem;
  }

  /** A certificate for another authority's key and name: whoever trusts this one can verify what that one signs. */
  vouchFor(other: Authority, name: string): pulumi.Output<string> {
    const subject = { commonName: other.commonName };
    const request = new tls.CertRequest(name, { privateKeyPem: other.pair.key, subject }, { parent: this });
    return new tls.LocallySignedCert(
      name,
      {
        certRequestPem: request.certRequestPem,
        caPrivateKeyPem: this.pair.key,
        caCertPem: this.pair.cert,
        isCaCertificate: true,
        validityPeriodHours: this.validity.validityHours,
        earlyRenewalHours: this.validity.earlyRenewalHours,
        allowedUses: ["cert_signing", "crl_signing"],
      },
      { parent: this },
    ).certPem;
  }
}

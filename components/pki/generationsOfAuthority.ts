import * as pulumi from "@pulumi/pulumi";
import { ByGeneration, Generations, inOrder, nameOf } from "../settings/generations";
import { AuthorityKey } from "../settings/recovery";
import { Authority, IssuedPair, LeafArgs, NamedByKey, Validity } from "./authority";

/** One of the cluster's authorities in all its generations. */
export class AuthorityGenerations {
  /** The certificates of those that are trusted, PEM, one after another. */
  readonly trusted: pulumi.Output<string>;
  /** The first generation's: servers are compared by it, so that none is replaced for whom it trusts. Nobody trusts it once it is not among those. */
  readonly first: pulumi.Output<string>;
  /** By generation, the known ones as keys. */
  readonly keys: pulumi.Output<ByGeneration<AuthorityKey>>;
  private readonly origin: Authority;
  private readonly used: Authority;
  /** While two are known: the newer one, and what the older one says of it. */
  private readonly coming: { generation: number; authority: Authority; cross: pulumi.Output<string> } | undefined;

  constructor(
    name: string,
    generations: Generations,
    private readonly validity: Validity,
    given: (generation: number) => pulumi.Output<AuthorityKey | undefined>,
    parent: pulumi.Resource,
  ) {
    const known = inOrder(generations);
    // The first is made in any case: all leaves have it for a parent, whoever signs them.
    const made = new Map(
      [...new Set([1, ...known])].map((n) => [n, new Authority(nameOf(name, n), validity, given(n), { parent })]),
    );
    this.origin = made.get(1)!;
    this.used = made.get(generations.used)!;
    this.first = this.origin.pair.cert;
    const trusted = known.map((n) => made.get(n)!);
    this.trusted = trusted.length === 1 ? trusted[0]!.pair.cert : joined(trusted.map(({ pair }) => pair.cert));
    this.keys = pulumi.output(
      Object.fromEntries(
        known.map((n) => [n, { commonName: made.get(n)!.commonName, privateKey: made.get(n)!.pair.key }]),
      ),
    );
    const [older, newer] = known;
    if (older !== undefined && newer !== undefined) {
      const authority = made.get(newer)!;
      const cross = made.get(older)!.vouchFor(authority, `${nameOf(name, newer)}-by-${older}`);
      this.coming = { generation: newer, authority, cross };
    }
  }

  /** Of the authority that signs. */
  get certificate(): pulumi.Resource {
    return this.used.certificate;
  }

  /** The certificate of what `issue` has issued under this name. */
  issued(name: string): pulumi.Resource {
    return this.used.issued.get(name)!;
  }

  /** @param proves whether nodes are to see by this pair that the authority they trust vouches for the one that comes */
  issue(name: string, leaf: LeafArgs, proves = false): IssuedPair {
    const { cert, key, request } = this.origin.issue(name, leaf, this.used);
    if (!proves || !this.coming) return { cert, key };
    const { generation, authority, cross } = this.coming;
    const { validityHours, earlyRenewalHours } = this.validity;
    const certified =
      authority === this.used
        ? cert
        : authority.certify(
            `${name}-proof-${generation}`,
            request,
            leaf.uses,
            { validityHours, earlyRenewalHours },
            this.origin,
          );
    return { cert, key, proof: joined([certified, cross]) };
  }

  issueByKey(name: string, nameOf: (publicKeyPem: string) => string, leaf: Omit<LeafArgs, "commonName">): NamedByKey {
    const { cert, key, commonName } = this.origin.issueByKey(name, nameOf, leaf, this.used);
    return { cert, key, commonName };
  }
}

const joined = (certificates: readonly pulumi.Output<string>[]): pulumi.Output<string> =>
  pulumi.all([...certificates]).apply((all) => all.join(""));

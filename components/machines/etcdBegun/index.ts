import * as pulumi from "@pulumi/pulumi";
import { PlannedControlPlane } from "../../addressing/routePlan";
import { fromGiven } from "../../given";
import { EtcdBegunProvider } from "./provider";

/** What is known of a control plane's etcd when an update begins. */
export interface Begun {
  /** Whether there is a cluster that servers join, even the first one. */
  begun: boolean;
  /** How many times it was begun anew, by the operator's word. */
  restores: number;
  /** The servers that were left behind then, by id. */
  abandoned: readonly string[];
}

const NEVER: Begun = { begun: false, restores: 0, abandoned: [] };

/** Remembers whether the etcd of a control plane has begun: no server that is made then begins another one, unless that is asked for. */
export class EtcdBegun extends pulumi.dynamic.Resource {
  declare private readonly begun: pulumi.Output<boolean>;
  declare private readonly restores: pulumi.Output<number | undefined>;
  declare private readonly abandoned: pulumi.Output<string[] | undefined>;

  private constructor(
    name: string,
    first: string,
    nodes: readonly string[],
    restoreFrom: string | undefined,
    last: pulumi.Input<string[]>,
    opts: pulumi.CustomResourceOptions,
  ) {
    const outputs = { begun: undefined, restores: undefined, abandoned: undefined };
    super(
      new EtcdBegunProvider(),
      name,
      { first, nodes, restoreFrom, last, ...outputs },
      opts,
      "machines",
      "EtcdBegun",
    );
  }

  /**
   * What is known. Of a single member without snapshots it is not asked: that one begins whenever it has no data.
   * @param snapshots what to restore, where there are snapshots at all
   * @param readMembers asks which servers the last update left, by id
   */
  static of(
    name: string,
    nodes: readonly PlannedControlPlane[],
    snapshots: { restoreFrom?: string | undefined } | undefined,
    readMembers: () => Promise<string[]>,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Output<Begun> {
    const [first] = nodes;
    if (!first || (nodes.length === 1 && !snapshots)) return pulumi.output(NEVER);
    const names = nodes.map((node) => node.name);
    const restoreFrom = snapshots?.restoreFrom;
    const last = restoreFrom === undefined ? [] : readMembers();
    const { begun, restores, abandoned } = new EtcdBegun(name, first.name, names, restoreFrom, last, opts);
    return pulumi.all([fromGiven(begun, (is) => is, false), restores, abandoned]).apply(([is, times, left]) => ({
      begun: is,
      restores: times ?? 0,
      abandoned: left ?? [],
    }));
  }
}

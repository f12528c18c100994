import * as pulumi from "@pulumi/pulumi";
import { membersJoin } from "../../kubernetes/version";
import { named, OnlyServerArgs } from "./judge";
import { OnlyServerProvider } from "./provider";
import { SubjectSpec, subjectsOf } from "./subjects";

/**
 * Refuses what would take a new server for the only one of a control plane (docs/decisions/0043-changes-reach-the-control-plane.md). It only says
 * so: that the server is kept is the engine's doing (machine.ts).
 */
export class OnlyServer extends pulumi.dynamic.Resource {
  declare private readonly last: pulumi.Output<string | undefined>;
  declare private readonly handOver: pulumi.Output<string | undefined>;
  declare private readonly handOvers: pulumi.Output<number | undefined>;

  constructor(name: string, spec: SubjectSpec, opts: pulumi.CustomResourceOptions) {
    const { count, keepServer } = spec.controlPlane;
    const node = spec.plan.controlPlane[0]!;
    const args: OnlyServerArgs = {
      node: node.name,
      wanted: subjectsOf(spec, node),
      alone: count === 1,
      keep: keepServer,
      handsOver: spec.snapshots !== undefined && membersJoin(spec.release),
    };
    super(
      new OnlyServerProvider(),
      name,
      {
        ...args,
        made: undefined,
        next: undefined,
        server: undefined,
        last: undefined,
        handOver: undefined,
        handOvers: undefined,
      },
      opts,
      "machines",
      "OnlyServer",
    );
  }

  /** What is known of the server's data. */
  get data(): pulumi.Output<Data> {
    return pulumi.all([this.last, this.handOver, this.handOvers]).apply(([last, handOver, words]) => ({
      last: named(last),
      handOver: named(handOver),
      words: words ?? 0,
    }));
  }
}

/** Where the data of an only member of etcd is. */
export interface Data {
  /** The last server that has run, by id; undefined: none has. */
  last: string | undefined;
  /** The server that is to hand over in this update, by id. */
  handOver: string | undefined;
  /** How many words for that there were. */
  words: number;
}

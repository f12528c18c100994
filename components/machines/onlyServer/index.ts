import * as pulumi from "@pulumi/pulumi";
import { OnlyServerArgs } from "./judge";
import { OnlyServerProvider } from "./provider";
import { SubjectSpec, subjectsOf } from "./subjects";

/**
 * Refuses what would take a new server for the only one of a control plane (docs/decisions/0043-changes-reach-the-control-plane.md). It only says
 * so: that the server is kept is the engine's doing (machine.ts).
 */
export class OnlyServer extends pulumi.dynamic.Resource {
  constructor(name: string, spec: SubjectSpec, opts: pulumi.CustomResourceOptions) {
    const { count, keepServer } = spec.controlPlane;
    const node = spec.plan.controlPlane[0]!;
    const args: OnlyServerArgs = {
      node: node.name,
      wanted: subjectsOf(spec, node),
      alone: count === 1,
      keep: keepServer,
    };
    super(
      new OnlyServerProvider(),
      name,
      { ...args, made: undefined, next: undefined, server: undefined },
      opts,
      "machines",
      "OnlyServer",
    );
  }
}

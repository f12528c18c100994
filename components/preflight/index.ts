import * as pulumi from "@pulumi/pulumi";
import { fromGiven } from "../given";
import { ClusterSpec } from "../settings/resolve";
import { needsOf } from "./needs";
import { PreflightProvider } from "./provider";

/** Refuses a plan that the cloud cannot carry, before anything is made of it (docs/decisions/0047-preflight.md). */
export class Preflight extends pulumi.dynamic.Resource {
  declare readonly warnings: pulumi.Output<string[]>;

  constructor(name: string, spec: ClusterSpec, opts?: pulumi.CustomResourceOptions) {
    super(new PreflightProvider(), name, { needs: needsOf(spec), warnings: undefined }, opts, "preflight", "Preflight");
    fromGiven(this.warnings, (lines) => {
      for (const line of lines) void pulumi.log.warn(line, this);
    });
  }
}

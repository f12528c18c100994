import * as pulumi from "@pulumi/pulumi";
import { ClusterSpec } from "../settings/resolve";
import { CloudReader } from "./cloud";
import { judge } from "./judge";
import { refusal, warnings } from "./message";
import { needsOf } from "./needs";
import { PreflightProvider } from "./provider";

/**
 * Compares the plan with what the cloud has, at every preview and update, and refuses one that it cannot carry before anything is made of it
 * (docs/decisions/0047-preflight.md). The program asks, as it does the running cluster: the code of all checks would stand in the
 * state otherwise, twice.
 */
export class Preflight extends pulumi.dynamic.Resource {
  constructor(name: string, spec: ClusterSpec, readCloud: CloudReader, opts?: pulumi.CustomResourceOptions) {
    super(new PreflightProvider(), name, { reason: compared(spec, readCloud) }, opts, "preflight", "Preflight");
  }
}

/** Why the update must not begin; undefined where nothing speaks against it. What may go well all the same is a warning. */
async function compared(spec: ClusterSpec, readCloud: CloudReader): Promise<string | undefined> {
  const needs = needsOf(spec);
  const answer = await readCloud(needs);
  if (!answer) return undefined;
  const findings = judge(needs, answer.facts);
  for (const warning of warnings(findings, answer.unread)) void pulumi.log.warn(warning);
  return refusal(findings);
}

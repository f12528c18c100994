import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../openstack/lazySession";
import { judge } from "./judge";
import { refusal, warnings } from "./message";
import { Needs } from "./needs";
import { readFacts } from "./read";

/** What the program says. */
export interface PreflightArgs {
  needs: Needs;
}

/** What `check` makes of it: all that is kept. */
export interface PreflightState {
  /** What the operator should know, though it does not keep the update from beginning. */
  warnings: string[];
}

/**
 * Compares the plan with what the cloud has, at every preview and update and before anything is made. In `check`, because it may refuse, and
 * because what it returns is known in a preview, too. The resource stands for nothing in a cloud.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class PreflightProvider implements pulumi.dynamic.ResourceProvider {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  async check(
    _olds: Partial<PreflightState>,
    { needs }: PreflightArgs,
  ): Promise<pulumi.dynamic.CheckResult<PreflightState>> {
    const { facts, unread } = await readFacts(await this.cloud.open(), needs);
    const findings = judge(needs, facts);
    const reason = refusal(findings);
    return {
      inputs: { warnings: warnings(findings, unread) },
      ...(reason === undefined ? {} : { failures: [{ property: "", reason }] }),
    };
  }

  create(inputs: PreflightState): Promise<pulumi.dynamic.CreateResult<PreflightState>> {
    return Promise.resolve({ id: "preflight", outs: { warnings: inputs.warnings } });
  }

  /** The program reads what is to be said from the state, so other warnings are a change. */
  diff(_id: string, before: PreflightState, inputs: PreflightState): Promise<pulumi.dynamic.DiffResult> {
    return Promise.resolve({ changes: before.warnings.join("\n") !== inputs.warnings.join("\n") });
  }

  update(
    _id: string,
    _before: PreflightState,
    inputs: PreflightState,
  ): Promise<pulumi.dynamic.UpdateResult<PreflightState>> {
    return Promise.resolve({ outs: { warnings: inputs.warnings } });
  }
}

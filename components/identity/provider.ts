import * as pulumi from "@pulumi/pulumi";
import { Growth, Identity, refusal } from "./changes";

/** Inputs and state of the resource, resolved. */
export interface IdentityInputs {
  identity: Identity;
  growth: Growth;
}

/**
 * Remembers in the stack's state what the cluster was made with, and compares. `check` is where the engine has both, at every preview
 * and update, and before it touches anything: it is given the inputs of the last update as `olds`. The resource stands for nothing in
 * a cloud.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class IdentityProvider implements pulumi.dynamic.ResourceProvider<IdentityInputs, IdentityInputs> {
  check(olds: Partial<IdentityInputs>, news: IdentityInputs): Promise<pulumi.dynamic.CheckResult<IdentityInputs>> {
    const reason = refusal(olds.identity ?? {}, news.identity, news.growth);
    return Promise.resolve({ inputs: news, ...(reason ? { failures: [{ property: "", reason }] } : {}) });
  }

  create(inputs: IdentityInputs): Promise<pulumi.dynamic.CreateResult<IdentityInputs>> {
    return Promise.resolve({ id: "identity", outs: inputs });
  }

  /** Never a replacement: what is deleted with this resource would be replaced with it, too. */
  diff(_id: string, before: IdentityInputs, inputs: IdentityInputs): Promise<pulumi.dynamic.DiffResult> {
    const sorted = ({ identity }: IdentityInputs) => JSON.stringify(Object.entries(identity).sort());
    return Promise.resolve({ changes: sorted(before) !== sorted(inputs) });
  }

  update(
    _id: string,
    _before: IdentityInputs,
    inputs: IdentityInputs,
  ): Promise<pulumi.dynamic.UpdateResult<IdentityInputs>> {
    return Promise.resolve({ outs: inputs });
  }
}

import * as pulumi from "@pulumi/pulumi";
import { KeyGenerations } from "../settings/generations";
import { Growth, Identity, refusal } from "./changes";
import { Grown, growthRefusal } from "./grown";
import { keysRefusal } from "./keys";
import { Rotation, rotationRefusal } from "./rotation";
import { Upgrade, upgradeRefusal } from "./upgrade";

/** What is kept of the inputs, and the state of the resource, resolved. */
export interface IdentityInputs {
  identity: Identity;
  growth: Growth;
  /** The release of Kubernetes that an update brings. Absent in states of a version that did not note it. */
  release?: string;
  /** The keys that the cluster was made with (settings/recovery.ts), a secret; empty: its own. Absent in states of a version that could give none. */
  recovery?: string;
  /** Whether nodes read the published route plan. Absent in states of a version that published none. */
  readsPlan?: boolean;
  /** The generations of keys that an update brings. Absent in states of a version that knew one. */
  keys?: KeyGenerations;
}

/** What the program says. */
export type IdentityArgs = Required<IdentityInputs> & {
  upgrade: Upgrade;
  rotation: Rotation;
  /** Whether an update of the stack has ended well before. */
  runs: boolean;
  grown?: Grown | undefined;
};

/**
 * Remembers in the stack's state what the cluster was made with, and compares. `check` is where the engine has both, at every preview
 * and update, and before it touches anything: it is given the inputs of the last update as `olds`. The resource stands for nothing in
 * a cloud.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class IdentityProvider implements pulumi.dynamic.ResourceProvider {
  check(
    olds: Partial<IdentityInputs>,
    { upgrade, rotation, runs, grown, ...inputs }: IdentityArgs,
  ): Promise<pulumi.dynamic.CheckResult<IdentityInputs>> {
    const before = olds.identity !== undefined || runs;
    const made = before ? (olds.recovery ?? "") : undefined;
    const reasons = [
      refusal(olds.identity ?? {}, inputs.identity, inputs.growth),
      upgradeRefusal(olds.release, inputs.release, upgrade),
      keysRefusal(made, inputs.recovery),
      growthRefusal(olds.identity !== undefined, olds.readsPlan === true, grown),
      rotationRefusal(olds.keys, inputs.keys, rotation, before),
    ].filter((reason) => reason !== undefined);
    return Promise.resolve({
      inputs: { ...inputs, recovery: made ?? inputs.recovery },
      ...(reasons.length > 0 ? { failures: [{ property: "", reason: reasons.join("\n") }] } : {}),
    });
  }

  create(inputs: IdentityInputs): Promise<pulumi.dynamic.CreateResult<IdentityInputs>> {
    return Promise.resolve({ id: "identity", outs: inputs });
  }

  /** Never a replacement: what is deleted with this resource would be replaced with it, too. */
  diff(_id: string, before: IdentityInputs, inputs: IdentityInputs): Promise<pulumi.dynamic.DiffResult> {
    const text = ({ identity, release = "", recovery, readsPlan = false, keys }: IdentityInputs) =>
      JSON.stringify([
        release,
        recovery,
        readsPlan,
        Object.entries(keys ?? {}).sort(),
        ...Object.entries(identity).sort(),
      ]);
    return Promise.resolve({ changes: text(before) !== text(inputs) });
  }

  update(
    _id: string,
    _before: IdentityInputs,
    inputs: IdentityInputs,
  ): Promise<pulumi.dynamic.UpdateResult<IdentityInputs>> {
    return Promise.resolve({ outs: inputs });
  }
}

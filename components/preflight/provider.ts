import * as pulumi from "@pulumi/pulumi";

/** What the program says. */
export interface PreflightArgs {
  /** Why the update must not begin. */
  reason?: string;
}

/**
 * Refuses, where the engine lets a resource do so at a preview, too: in `check`. Nothing is kept of it, and the resource stands for nothing in
 * a cloud.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class PreflightProvider implements pulumi.dynamic.ResourceProvider {
  check(_olds: object, { reason }: PreflightArgs): Promise<pulumi.dynamic.CheckResult<object>> {
    return Promise.resolve({ inputs: {}, ...(reason ? { failures: [{ property: "", reason }] } : {}) });
  }

  create(): Promise<pulumi.dynamic.CreateResult<object>> {
    return Promise.resolve({ id: "preflight", outs: {} });
  }

  diff(): Promise<pulumi.dynamic.DiffResult> {
    return Promise.resolve({ changes: false });
  }
}

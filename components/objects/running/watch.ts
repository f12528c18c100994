import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { fromGiven } from "../../given";
import { skewWarning } from "../../kubernetes/skew";
import { kubectlInterpreter } from "../kubectl";
import { Member, parseRunning, RUNNING } from "./script";

export interface ReleasesArgs {
  /** The program's own kubeconfig; a secret. */
  kubeconfig: pulumi.Input<string>;
  controlPlane: readonly Member[];
  /** The workers of the plan. Others may be about to be deleted. */
  workers: readonly string[];
  /** What comes before: the plan's nodes are there. */
  after: pulumi.Resource;
}

/** Looks, at the end of every update, whether the cluster runs one minor release. A warning, and never a failure: an upgrade may go on later. */
export function watchReleases(
  { kubeconfig, controlPlane, workers, after }: ReleasesArgs,
  parent: pulumi.Resource,
): void {
  if (pulumi.runtime.isDryRun()) return;
  const stdin = pulumi.secret(kubeconfig);
  const { stdout } = command.local.runOutput(
    { command: `${RUNNING} || :`, interpreter: kubectlInterpreter(), stdin, logging: "stderr" },
    { parent, dependsOn: [after] },
  );
  fromGiven(pulumi.unsecret(stdout), (text) => {
    const running = parseRunning(text, controlPlane);
    const planned = { ...running, kubelets: running.kubelets.filter(({ name }) => workers.includes(name)) };
    const warning = skewWarning(planned);
    if (warning !== undefined) void pulumi.log.warn(warning, parent);
  });
}

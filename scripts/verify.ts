import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { readHostRoutes } from "../components/network/hostRoutes/reader";
import { kubectlScript } from "../components/objects/kubectl";
import { compareRoutes, formatDifferences, parseObserved } from "../components/objects/routeDifferences";
import { OBSERVE } from "../components/objects/verification";
import { Outputs } from "../outputs";

const USAGE = `usage: npm run verify [-- STACK]            the stack's outputs, from Pulumi (default: the selected stack)
       npm run verify -- --outputs FILE     outputs as JSON, as \`pulumi stack output --json --show-secrets\` prints them`;

/** Compares a running stack's route plan with what Kubernetes and Neutron say; fails with a table of what differs. */
async function verify(args: readonly string[]): Promise<void> {
  const outputs = read(args);
  const observed = spawnSync("/bin/sh", ["-c", kubectlScript(OBSERVE)], {
    input: outputs.kubeconfig,
    encoding: "utf8",
  });
  if (observed.status !== 0) throw new Error(observed.stderr.trim());
  const hostRoutes = await readHostRoutes(outputs.subnetId, openstackConfig);
  const differences = compareRoutes(outputs.routes, parseObserved(observed.stdout), hostRoutes);
  if (differences.length > 0) throw new Error(formatDifferences(differences));
  process.stdout.write(`${outputs.routes.length} routes: plan, Kubernetes and Neutron agree\n`);
}

function read(args: readonly string[]): Outputs {
  if (args[0] === "--help" || (args[0] === "--outputs" && !args[1])) throw new Error(USAGE);
  if (args[0] === "--outputs") return JSON.parse(fs.readFileSync(args[1]!, "utf8")) as Outputs;
  const stack = args[0] ? ["--stack", args[0]] : [];
  return JSON.parse(pulumi("stack", "output", "--json", "--show-secrets", ...stack)) as Outputs;
}

const pulumi = (...args: string[]) => execFileSync("pulumi", args, { encoding: "utf8" });

/** The provider's own settings stand in the stack's configuration; with outputs from a file, the environment has to do. */
function openstackConfig(key: string): string | undefined {
  if (process.argv.includes("--outputs")) return undefined;
  const found = spawnSync("pulumi", ["config", "get", `openstack:${key}`], { encoding: "utf8" });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

verify(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

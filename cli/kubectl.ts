import * as fs from "node:fs";
import * as path from "node:path";
import { toolsDir } from "../lab/artifacts";
import { stateDir } from "../lab/paths";
import { run } from "../lab/shell";
import { Outputs } from "../outputs";

/** kubectl as an administrator, with a stack's own kubeconfig output. */
export function kubectlOf(outputs: Outputs, args: string[], input?: string): Promise<string> {
  const file = path.join(stateDir, "admin.kubeconfig");
  fs.writeFileSync(file, outputs.kubeconfig, { mode: 0o600 });
  return run(path.join(toolsDir, "kubectl"), ["--kubeconfig", file, ...args], {
    timeout: 180_000,
    ...(input ? { input } : {}),
  });
}

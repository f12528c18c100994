import * as fs from "node:fs";
import * as path from "node:path";
import { root } from "../lab/paths";

/** A stack's configuration file, from the checkout (or STACK_FILE). @throws Error naming those there are. */
export function stackFile(stack: string): string {
  const file = process.env.STACK_FILE ?? path.join(root, `Pulumi.${stack}.yaml`);
  if (fs.existsSync(file)) return file;
  const there = fs.readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  throw new Error(`No stack ${stack}: there is no Pulumi.${stack}.yaml (stacks: ${there.join(", ")})`);
}

import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { root } from "../lab/paths";
import type { Config } from "../lab/site";

/** A stack's configuration file, from the checkout (or STACK_FILE). @throws Error naming those there are. */
export function stackFile(stack: string): string {
  const file = process.env.STACK_FILE ?? path.join(root, `Pulumi.${stack}.yaml`);
  if (fs.existsSync(file)) return file;
  const there = fs.readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  throw new Error(`No stack ${stack}: there is no Pulumi.${stack}.yaml (stacks: ${there.join(", ")})`);
}

/** A stack's configuration as its file has it. */
export function stackConfig(stack: string): Config {
  return (parse(fs.readFileSync(stackFile(stack), "utf8")) as { config?: Config }).config ?? {};
}

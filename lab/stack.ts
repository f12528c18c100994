import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { root } from "./paths";

/** A stack's configuration file, from the checkout (or STACK_FILE). @throws Error naming those there are. */
export function stackFile(stack: string): string {
  const file = process.env.STACK_FILE ?? path.join(root, `Pulumi.${stack}.yaml`);
  if (fs.existsSync(file)) return file;
  const there = fs.readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  throw new Error(`No stack ${stack}: there is no Pulumi.${stack}.yaml (stacks: ${there.join(", ")})`);
}

export type Config = Record<string, unknown>;

/**
 * A stack's configuration as a program sees it: project defaults under the stack's own values, structures as JSON.
 * @param site what the site makes of every stack's configuration, for example where its mirror is
 */
export function stackConfig(
  stack: string,
  site: (config: Config) => Config = (config) => config,
): Record<string, string> {
  const read = (file: string) => (yaml.parse(fs.readFileSync(file, "utf8")) as { config?: Config }).config ?? {};
  const declared = Object.entries(read(path.join(root, "Pulumi.yaml"))) as [string, { default?: unknown }][];
  const defaults = declared.flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[`hostroute:${key}`, value] as const],
  );
  const all = site({ ...Object.fromEntries(defaults), ...read(stackFile(stack)) });
  return Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

import { execFileSync } from "node:child_process";
import { LazySession } from "../components/openstack/lazySession";
import { judge } from "../components/preflight/judge";
import { refusal, warnings } from "../components/preflight/message";
import { needsOf } from "../components/preflight/needs";
import { readFacts } from "../components/preflight/read";
import { askedSubnet, rawConfig, specFrom } from "../config";
import { configTexts, isSecret, parseArguments, quotaTable, withSecrets } from "./preflightReport";
import { stackConfig } from "./stackFile";

/** Compares a stack's configuration with what its cloud has room for, and knows; changes nothing, and needs no stack that is there. */
async function preflight(args: readonly string[]): Promise<void> {
  const stack = parseArguments(args);
  const written = configTexts(stackConfig(stack));
  const texts = withSecrets(written, () =>
    execFileSync("pulumi", ["config", "--json", "--show-secrets", "--stack", stack], { encoding: "utf8" }),
  );
  const raw = rawConfig(texts, "hostroute", stack);
  const cloud = new LazySession((key) => texts[`openstack:${key}`]);
  const subnet = await askedSubnet(raw, () => cloud.open());
  const needs = needsOf(specFrom(raw, (key) => isSecret(written, `hostroute:${key}`), subnet));
  const { facts, unread } = await readFacts(await cloud.open(), needs);
  const findings = judge(needs, facts);
  for (const warning of warnings(findings, unread)) process.stderr.write(`Warning: ${warning}\n\n`);
  process.stdout.write(`${quotaTable(needs, facts)}\n\n`);
  const refused = refusal(findings);
  if (refused !== undefined) throw new Error(refused);
  process.stdout.write("The plan and the cloud fit together.\n");
}

preflight(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

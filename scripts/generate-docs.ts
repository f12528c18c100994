import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { flagValues } from "../components/cloudinit/nodeUserData";
import { settingKeys } from "../components/settings/keys";
import { resolve } from "../components/settings/resolve";
import { Settings } from "../components/settings/schema";
import { validate } from "../components/settings/validate";
import { builtVersion } from "../lab/engine/cli";
import { fillBlocks } from "./docs/blocks";
import { configurationBlocks, configurationOverview } from "./docs/configuration";
import { flagsPage } from "./docs/flags";
import { projectConfig } from "./docs/project";
import { intruderTables } from "./docs/security";
import { Manifest, versionsTable } from "./docs/versions";

const ROOT = path.join(__dirname, "..");
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), "utf8");

/** Files that are generated, whole or between markers, as they have to be: by path from the project's root. */
export function generatedDocs(): Record<string, string> {
  const keys = settingKeys();
  const manifest = JSON.parse(read("package.json")) as Manifest;
  const filled = (file: string, blocks: Record<string, string>) => ({ [file]: fillBlocks(file, read(file), blocks) });
  return {
    "docs/flags.md": flagsPage(devValues()),
    ...filled("docs/configuration.md", configurationBlocks(keys, settingsOf({}))),
    ...filled("README.md", {
      configuration: configurationOverview(keys),
      versions: versionsTable(manifest, builtVersion),
    }),
    ...filled("docs/security.md", intruderTables()),
    ...filled("Pulumi.yaml", { configuration: projectConfig(keys) }),
  };
}

/** What flags are made of on the dev stack's first nodes. */
function devValues() {
  const stack = yaml.parse(read("Pulumi.dev.yaml")) as { config: Record<string, unknown> };
  const own = Object.entries(stack.config).filter(([key]) => key.startsWith("hostroute:"));
  const settings = settingsOf(Object.fromEntries(own.map(([key, value]) => [key.slice("hostroute:".length), value])));
  const spec = resolve(settings);
  const [node, worker] = [spec.plan.controlPlane[0], spec.plan.workers[0]];
  if (!node || !worker) throw new Error("Pulumi.dev.yaml has no worker to show");
  return { controlPlane: flagValues(spec, node), worker: flagValues(spec, worker) };
}

function settingsOf(raw: Record<string, unknown>): Settings {
  const { settings, problems } = validate({ clusterName: "dev", ...raw });
  if (!settings) throw new Error(JSON.stringify(problems));
  return settings;
}

if (require.main === module) {
  for (const [file, text] of Object.entries(generatedDocs())) fs.writeFileSync(path.join(ROOT, file), text);
}

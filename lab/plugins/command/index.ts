import { randomBytes } from "node:crypto";
import { Kind } from "../protocol/kind";
import { inputChanges } from "../protocol/provider";
import { Invocation, Provider } from "../protocol/provider";
import { Properties, replaces, updates } from "../protocol/schema";
import { Props, text } from "../protocol/values";
import { LOGGING, runLocally, Show } from "./run";

const SOURCE = "pulumi-command v1.2.1 provider/pkg/provider";
const base = (field: string) => updates(`${SOURCE}/local/base.go, ${field}: no replaceOnChanges, so Update runs`);
const common = (field: string) => updates(`${SOURCE}/common/inputs.go, ${field}: no replaceOnChanges, so Update runs`);

/** What a resource and a function have in common. */
const baseInputs: Properties = {
  stdin: { type: "string", ...base("Stdin") },
  environment: { type: { map: "string" }, ...base("Environment") },
  interpreter: { type: { list: "string" }, ...base("Interpreter") },
  dir: { type: "string", ...base("Dir") },
  logging: { type: "string", oneOf: LOGGING, ...base("Logging") },
  addPreviousOutputInEnv: { type: "boolean", ...base("AddPreviousOutputInEnv") },
};

const inputs: Properties = {
  ...baseInputs,
  create: { type: "string", ...common("Create") },
  update: { type: "string", ...common("Update") },
  delete: { type: "string", ...common("Delete") },
  triggers: {
    type: { list: "any" },
    ...replaces(`${SOURCE}/common/inputs.go, Triggers: provider:"replaceOnChanges"`),
  },
};

/** Runs one of a resource's commands; what the resource is after that. Without a command nothing runs, and nothing is new. */
async function execute(given: Props, command: unknown, before: Props, show?: Show): Promise<Props> {
  const { stdout = "", stderr = "" } = before;
  const printed = command === undefined ? { stdout, stderr } : await runLocally(given, text(command), before, show);
  return { ...given, ...printed };
}

/** `command.local.Command` (local/commandController.go). Assets and archives are refused: nothing here uses them. */
export const localCommand: Kind = {
  inputs,
  // What was printed is not a secret, whatever the command was given: measured with the real plugin, and so in
  // pulumi-go-provider v1.3.0 infer/resource.go, ensureDefaultSecrets, which goes by equal names.
  // pulumi-go-provider v1.3.0 infer/resource.go, diff: old inputs against new ones, all of a trigger's.
  changes: (old, goal) => inputChanges(inputs)(old.inputs, goal),
  comparesInputs: true,
  notImportable: "A command cannot be imported: there is nothing of it but what Pulumi knows",
  create: async (goal, { tell }) => ({
    id: randomBytes(4).toString("hex"),
    state: await execute(goal, goal.create, {}, tell),
  }),
  update: (_id, goal, state, { tell }) => execute(goal, goal.update ?? goal.create, state, tell),
  remove: async (_id, state, { tell }) => {
    if (state.delete !== undefined) await execute(state, state.delete, state, tell);
  },
};

/** `command.local.run`: at every preview and update. */
export const localRun: Invocation = {
  inputs: { ...baseInputs, command: { type: "string", required: true, ...base("Command (local/run.go)") } },
  run: (given) => execute(given, given.command, {}),
};

/** Stands in for @pulumi/command. */
export const command = (version: string): Provider => ({
  name: "command",
  version,
  config: {},
  acceptSecrets: true,
  kinds: { "command:local:Command": localCommand },
  invocations: { "command:local:run": localRun },
});

import * as fs from "node:fs";
import * as path from "node:path";
import { stateDir } from "../paths";
import { run } from "../shell";
import { Kind } from "./kinds";
import { Props } from "./state";

interface Manifest extends Props {
  kind: string;
  metadata: { name: string; namespace?: string };
}

const file = () => path.join(stateDir, "provider.kubeconfig");

/** kubectl against the cluster that the program's provider resource names. */
const kubectl = (args: string[], input?: string) =>
  run("kubectl", ["--kubeconfig", file(), ...args], { timeout: 600_000, ...(input === undefined ? {} : { input }) });

/** The provider resource: where all objects go. */
export const kubernetesProvider: Kind = {
  seen: ({ kubeconfig }) => fs.writeFileSync(file(), String(kubeconfig), { mode: 0o600 }),
  create: (inputs) => Promise.resolve({ id: "kubernetes", outputs: inputs }),
  updatable: ["kubeconfig"],
  update: (_id, inputs) => Promise.resolve(inputs),
};

/** Any Kubernetes object: server-side apply, as the provider does it, and a Deployment counts once it is rolled out. */
export const kubernetesObject: Kind = {
  create: async (inputs) => {
    await apply(inputs as Manifest);
    const { kind, metadata } = inputs as Manifest;
    return { id: [kind, metadata.name, metadata.namespace ?? ""].join("/"), outputs: inputs };
  },
  exists: async (id) => (await kubectl(["get", ...target(id), "--ignore-not-found", "-o", "name"])) !== "",
  updatable: ["metadata", "data", "rules", "subjects"],
  update: async (_id, inputs) => {
    await apply(inputs as Manifest);
    return inputs;
  },
  // With the cluster's last control plane gone there is nobody left to ask, and nothing left to delete.
  remove: (id) =>
    kubectl(["delete", ...target(id), "--ignore-not-found", "--request-timeout=20s"]).then(
      () => undefined,
      () => undefined,
    ),
};

async function apply(manifest: Manifest): Promise<void> {
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], JSON.stringify(manifest));
  const { kind, metadata } = manifest;
  if (kind !== "Deployment") return;
  await kubectl([
    "rollout",
    "status",
    `deployment/${metadata.name}`,
    "-n",
    metadata.namespace ?? "default",
    "--timeout=300s",
  ]);
}

function target(id: string): string[] {
  const [kind = "", name = "", namespace = ""] = id.split("/");
  return [kind, name, ...(namespace ? ["-n", namespace] : [])];
}

/** A command on the operator's machine, and what it printed: without the last line's end, as the provider gives it. */
export async function runLocally({ create, environment, stdin, interpreter }: Props): Promise<string> {
  const [shell = "sh", ...args] = (interpreter as string[] | undefined) ?? ["sh", "-c"];
  const env = { ...process.env, ...(environment as NodeJS.ProcessEnv | undefined) };
  const printed = await run(shell, [...args, String(create)], {
    env,
    input: (stdin as string | undefined) ?? "",
    timeout: 1_200_000,
  });
  return printed.trimEnd();
}

export const localCommand: Kind = {
  create: async (inputs) => ({ id: "local", outputs: { ...inputs, stdout: await runLocally(inputs), stderr: "" } }),
};

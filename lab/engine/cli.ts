import { binaryOf, build, type GoProgram, requiredVersion } from "../build/golang";

/** The Pulumi CLI with the engine in it, as Go's module proxy has it. */
export const builtVersion = requiredVersion({ module: "pulumi" }, "github.com/pulumi/pulumi/pkg/v3");
const version = `v${builtVersion}`;
export const engineProgram: GoProgram = {
  name: "pulumi",
  module: "pulumi",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": version },
  // It mostly waits for the cloud and the nodes. Deriving a passphrase's key is what gets slower: some 0.1 s a command.
  inlined: false,
};

/** Builds the CLI unless the cache has it: some 330 CPU-seconds at first. */
export async function builtCli(): Promise<{ file: string; version: string }> {
  await build(engineProgram);
  return { file: binaryOf(engineProgram), version };
}

import { binaryOf, build, type GoProgram, requiredVersion } from "../build/golang";

/** The Pulumi CLI with the engine in it, as Go's module proxy has it. */
export const builtVersion = requiredVersion({ module: "pulumi" }, "github.com/pulumi/pulumi/pkg/v3");
const version = `v${builtVersion}`;
const program: GoProgram = {
  name: "pulumi",
  module: "pulumi",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": version },
};

/** Builds the CLI unless the cache has it: some seven minutes of two cores at first. */
export async function builtCli(): Promise<{ file: string; version: string }> {
  await build(program);
  return { file: binaryOf(program), version };
}

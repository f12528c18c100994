import * as fs from "node:fs";
import * as path from "node:path";
import { longStep } from "../longStep";
import { cacheDir } from "../paths";
import { progress, run } from "../shell";
import { digestOf, filesBelow, once } from "./cache";
import { unpack } from "./debian";

/** A fixed Go release for each module, so that every machine builds the same bytes: what Kubernetes 1.34.1 was published with, and what Pulumi requires. */
const TOOLCHAINS = { kubernetes: "go1.24.6", coredns: "go1.24.6", podtool: "go1.24.6", pulumi: "go1.26.8" } as const;
const goDir = path.join(cacheDir, "go");

const FLAGS = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const TARGET = { CGO_ENABLED: "0", GOOS: "linux", GOARCH: "amd64", GOAMD64: "v1", GOEXPERIMENT: "" };

/** The caller's environment stays below: a proxy or GOPROXY is the machine's business. */
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  ...TARGET,
  GOROOT: undefined,
  GOWORK: "off",
  GOTOOLCHAIN: "local",
  GOFLAGS: "-modcacherw",
  GOPATH: path.join(goDir, "path"),
  GOMODCACHE: path.join(goDir, "mod"),
  GOCACHE: path.join(goDir, "build"),
};

/** A program to build: a package as seen from one of the folders in modules/. */
export interface GoProgram {
  name: string;
  module: keyof typeof TOOLCHAINS;
  package: string;
  /** Package variables to set, by full name. */
  variables?: Record<string, string>;
}

const moduleFolder = (name: GoProgram["module"]) => path.join(__dirname, "modules", name);

/** The version that a module's go.mod requires of another one, without the v. */
export function requiredVersion(module: GoProgram["module"], of: string): string {
  const text = fs.readFileSync(path.join(moduleFolder(module), "go.mod"), "utf8");
  const version = new RegExp(`^\\s*(?:require )?${of.replaceAll(".", "[.]")} v(\\S+)`, "m").exec(text)?.[1];
  if (!version) throw new Error(`modules/${module}/go.mod does not require ${of}`);
  return version;
}

/** Where a program is once it is built: named by everything that decides its content. */
export function binaryOf(program: GoProgram): string {
  const digest = digestOf(
    [TOOLCHAINS[program.module], FLAGS, TARGET, program],
    filesBelow(moduleFolder(program.module)),
  );
  return path.join(goDir, "bin", `${program.name}-${digest}`);
}

/** Builds a program unless the cache has it. A statically linked one: it runs on any node image. */
export async function build(program: GoProgram): Promise<void> {
  await once(binaryOf(program), async (temporary) => {
    const go = await toolchain(TOOLCHAINS[program.module]);
    const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
    const flags = [...FLAGS, "-ldflags", ["-s", "-w", ...variables].join(" ")];
    const command = ["-n", "10", go, "build", ...flags, "-o", temporary, program.package];
    const cwd = moduleFolder(program.module);
    await longStep(`go build ${program.name}`, () =>
      run("nice", command, { cwd, env: environment, timeout: 7_200_000, log: "artifacts" }),
    );
  });
}

/**
 * The Go toolchain as the module proxy has it. Its module is fetched with Debian's Go: too old to build Kubernetes, but a
 * client that checks what it gets against the checksum database. What the machine itself has of Go plays no part.
 * @returns the go command
 */
async function toolchain(release: string): Promise<string> {
  const folder = await once(path.join(goDir, release), async (temporary) => {
    await unpack("golang-1.19-go", temporary);
    progress(`${release}: go mod download`);
    const debian = path.join(temporary, "usr/lib/go-1.19");
    const module = `golang.org/toolchain@v0.0.1-${release}.linux-amd64`;
    const json = await run(path.join(debian, "bin/go"), ["mod", "download", "-json", module], {
      cwd: temporary,
      env: { ...environment, GOROOT: debian },
    });
    const root = path.join(temporary, "root");
    fs.renameSync((JSON.parse(json) as { Dir: string }).Dir, root);
    fs.rmSync(path.join(temporary, "usr"), { recursive: true });
    // Module archives carry neither modes nor nested go.mod files; Go 1.21 and later repair that in the same way.
    await run("chmod", ["-R", "a+x", path.join(root, "bin"), path.join(root, "pkg/tool")]);
    for (const file of filesBelow(root).filter((name) => path.basename(name) === "_go.mod"))
      fs.renameSync(file, path.join(path.dirname(file), "go.mod"));
  });
  return path.join(folder, "root/bin/go");
}

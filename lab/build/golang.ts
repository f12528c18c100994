import * as fs from "node:fs";
import * as path from "node:path";
import { longStep } from "../longStep";
import { cacheDir } from "../paths";
import { progress, run } from "../shell";
import { digestOf, filesBelow, once } from "./cache";
import { unpack } from "./debian";

/** One Go release for everything, so that every machine builds the same bytes. */
const TOOLCHAIN = "go1.26.8";
const goDir = path.join(cacheDir, "go");

const FLAGS = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
/** To the compiler, for every package. Debug information costs nearly a tenth of a build, and the linker drops it: -s -w. */
const COMPILER_FLAGS = ["-dwarf=false"];
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
  module: "cni" | "containerd" | "coredns" | "etcd" | "kubernetes" | "podtool" | "pulumi";
  /** Where the folder has several releases of what is built: the one of `<requirements>.mod` and `.sum`. Default: `go`. */
  requirements?: string;
  package: string;
  /** Package variables to set, by full name. */
  variables?: Record<string, string>;
  /** `false` saves over a fifth of a build; the program runs slower. For one that mostly waits. Default: inlined. */
  inlined?: false;
}

export type GoModule = Pick<GoProgram, "module" | "requirements">;

const moduleFolder = (name: GoProgram["module"]) => path.join(__dirname, "modules", name);

/** The version that a module's requirements name of another one, without the v. */
export function requiredVersion(from: GoModule, of: string): string {
  const version = versionIn(from, of);
  if (!version) throw new Error(`modules/${from.module}/${from.requirements ?? "go"}.mod does not require ${of}`);
  return version;
}

function versionIn({ module, requirements = "go" }: GoModule, of: string): string | undefined {
  const text = fs.readFileSync(path.join(moduleFolder(module), `${requirements}.mod`), "utf8");
  return new RegExp(`^\\s*(?:require )?${of.replaceAll(".", "[.]")} v(\\S+)`, "m").exec(text)?.[1];
}

/** The module of a folder that requires a version of another one; undefined if none does. */
export function moduleWith(module: GoProgram["module"], of: string, version: string): GoModule | undefined {
  const files = fs.readdirSync(moduleFolder(module)).filter((name) => name.endsWith(".mod"));
  const all = files.map((name) => (name === "go.mod" ? { module } : { module, requirements: path.parse(name).name }));
  return all.find((candidate) => versionIn(candidate, of) === version);
}

/** What of a folder decides a program's content: its source, and the requirements that it is built with. */
function filesOf({ module, requirements = "go" }: GoModule): string[] {
  return filesBelow(moduleFolder(module)).filter((file) => {
    const { ext, name } = path.parse(file);
    return ![".mod", ".sum"].includes(ext) || name === requirements;
  });
}

/** How a program is built, apart from what it is linked with. */
export function buildFlags({ inlined }: GoProgram): string[] {
  const compiler = inlined === false ? [...COMPILER_FLAGS, "-l"] : COMPILER_FLAGS;
  return [...FLAGS, `-gcflags=all=${compiler.join(" ")}`];
}

/** Where a program is once it is built: named by everything that decides its content. */
export function binaryOf(program: GoProgram): string {
  const digest = digestOf([TOOLCHAIN, buildFlags(program), TARGET, program], filesOf(program));
  return path.join(goDir, "bin", `${program.name}-${digest}`);
}

/** Builds a program unless the cache has it. A statically linked one: it runs on any node image. */
export async function build(program: GoProgram): Promise<void> {
  await once(binaryOf(program), async (temporary) => {
    const go = await toolchain();
    const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
    const requirements = program.requirements === undefined ? [] : [`-modfile=${program.requirements}.mod`];
    const flags = [...buildFlags(program), ...requirements, "-ldflags", ["-s", "-w", ...variables].join(" ")];
    const command = ["-n", "10", go, "build", ...flags, "-o", temporary, program.package];
    const cwd = moduleFolder(program.module);
    await longStep(["go build", program.name, program.requirements].join(" ").trimEnd(), () =>
      run("nice", command, { cwd, env: environment, timeout: 7_200_000, log: "artifacts" }),
    );
  });
}

/**
 * The Go toolchain as the module proxy has it. Its module is fetched with Debian's Go: too old to build Kubernetes, but a
 * client that checks what it gets against the checksum database. What the machine itself has of Go plays no part.
 * @returns the go command
 */
async function toolchain(): Promise<string> {
  const folder = await once(path.join(goDir, TOOLCHAIN), async (temporary) => {
    await unpack("golang-1.19-go", temporary);
    progress(`${TOOLCHAIN}: go mod download`);
    const debian = path.join(temporary, "usr/lib/go-1.19");
    const module = `golang.org/toolchain@v0.0.1-${TOOLCHAIN}.linux-amd64`;
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

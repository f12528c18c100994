import * as fs from "node:fs";
import * as path from "node:path";
import { cacheDir } from "../paths";
import { progress, run } from "../shell";
import { digestOf, filesBelow, once } from "./cache";
import { unpack } from "./debian";

/** The Go release that Kubernetes 1.34.1 was published with. A fixed one, so that every machine builds the same bytes. */
const TOOLCHAIN = "go1.24.6";
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
  GOMODCACHE: path.join(goDir, "mod"),
  GOCACHE: path.join(goDir, "build"),
};

/** A program to build: a package as seen from one of the folders in modules/. */
export interface GoProgram {
  name: string;
  module: "kubernetes" | "coredns" | "podtool";
  package: string;
  /** Package variables to set, by full name. */
  variables?: Record<string, string>;
}

const moduleFolder = (name: GoProgram["module"]) => path.join(__dirname, "modules", name);

/** The version that a module's go.mod requires of another one, without the v. */
export function requiredVersion(module: GoProgram["module"], of: string): string {
  const text = fs.readFileSync(path.join(moduleFolder(module), "go.mod"), "utf8");
  const line = text.split("\n").map((entry) => entry.replace(/^\s*(require )?/, "").split(" "));
  const version = line.find(([name, value]) => name === of && value?.startsWith("v"))?.[1];
  if (!version) throw new Error(`modules/${module}/go.mod does not require ${of}`);
  return version.slice(1);
}

/** Where a program is once it is built: named by everything that decides its content. */
export function binaryOf(program: GoProgram): string {
  const digest = digestOf([TOOLCHAIN, FLAGS, TARGET, program], filesBelow(moduleFolder(program.module)));
  return path.join(goDir, "bin", `${program.name}-${digest}`);
}

/** Builds a program unless the cache has it. A statically linked one: it runs on any node image. */
export async function build(program: GoProgram): Promise<void> {
  await once(binaryOf(program), async (temporary) => {
    const go = path.join(await toolchain(), "bin", "go");
    const start = Date.now();
    progress(`${program.name}: go build`);
    const variables = Object.entries(program.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
    const flags = [...FLAGS, "-ldflags", ["-s", "-w", ...variables].join(" ")];
    await run("nice", ["-n", "10", go, "build", ...flags, "-o", temporary, program.package], {
      cwd: moduleFolder(program.module),
      env: environment,
      timeout: 7_200_000,
      log: "artifacts",
    });
    const size = (fs.statSync(temporary).size / 2 ** 20).toFixed(0);
    progress(`${program.name}: ${size} MiB in ${((Date.now() - start) / 1000).toFixed(0)} s`);
  });
}

/**
 * The Go toolchain as the module proxy has it. Its module is fetched with Debian's Go: too old to build Kubernetes, but a
 * client that checks what it gets against the checksum database. What the machine itself has of Go plays no part.
 */
function toolchain(): Promise<string> {
  return once(path.join(goDir, TOOLCHAIN), async (temporary) => {
    const debian = `${temporary}-debian`;
    try {
      await unpack("golang-1.19-go", debian);
      progress(`${TOOLCHAIN}: go mod download`);
      const root = path.join(debian, "usr/lib/go-1.19");
      const module = `golang.org/toolchain@v0.0.1-${TOOLCHAIN}.linux-amd64`;
      const json = await run(path.join(root, "bin/go"), ["mod", "download", "-json", module], {
        cwd: goDir,
        env: { ...environment, GOROOT: root },
      });
      fs.renameSync((JSON.parse(json) as { Dir: string }).Dir, temporary);
    } finally {
      fs.rmSync(debian, { recursive: true, force: true });
    }
    // Module archives carry neither modes nor nested go.mod files; Go 1.21 and later repair that in the same way.
    await run("chmod", ["-R", "a+x", ...["bin", "pkg/tool"].map((folder) => path.join(temporary, folder))]);
    for (const file of filesBelow(temporary).filter((name) => path.basename(name) === "_go.mod"))
      fs.renameSync(file, path.join(path.dirname(file), "go.mod"));
  });
}

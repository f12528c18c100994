import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { documents } from "./documents";
import { NodeRoot } from "./nodeRoot";
import { PYTHON } from "./python";

/** What the real tool says of a file; nothing when it takes it. */
const complaints = (command: string, ...args: string[]) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw error;
  return `${stdout}${stderr}${status === 0 ? "" : `exit ${status}`}`.trim();
};
const found = (command: string) => spawnSync(command, ["--version"]).error === undefined;
/** What systemd itself brings. */
const OF_SYSTEMD = ["/usr/bin/systemd-sysusers", "/usr/bin/systemd-tmpfiles"];
const SYSTEM_UNITS = "/usr/lib/systemd/system";
const CHECK_PYTHON = "import ast, sys; [ast.parse(open(file).read(), file) for file in sys.argv[1:]]";

describe.each(documents)("files of the %s", (_name, text) => {
  let root: NodeRoot;
  beforeAll(() => {
    root = new NodeRoot(text);
  });
  afterAll(() => root.remove());
  const named = (pattern: RegExp) => root.files.map(({ path }) => path).filter((path) => pattern.test(path));

  it("are shell that sh reads", () => {
    const scripts = root.files.filter(({ content }) => content.startsWith("#!/bin/sh"));
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.map(({ path }) => complaints("sh", "-n", root.path(path)))).toEqual(scripts.map(() => ""));
  });

  it("are Python that python3 reads", () => {
    const scripts = root.files.filter(({ content }) => content.startsWith("#!/usr/bin/env python3"));
    expect(scripts.length).toBeGreaterThan(0);
    expect(complaints(...PYTHON, "-c", CHECK_PYTHON, ...scripts.map(({ path }) => root.path(path)))).toBe("");
  });

  it("are JSON and YAML that parse", () => {
    for (const path of named(/\.json$/))
      expect(() => void JSON.parse(fs.readFileSync(root.path(path), "utf8"))).not.toThrow();
    const documents = named(/\.(yaml|kubeconfig)$/);
    expect(documents.length).toBeGreaterThan(0);
    for (const path of documents) {
      expect(yaml.parse(fs.readFileSync(root.path(path), "utf8"))).toMatchObject({
        apiVersion: expect.any(String) as string,
        kind: expect.any(String) as string,
      });
    }
  });

  it("call only programs that the node has: its own scripts, what it downloads, and systemd's", () => {
    const artifacts = JSON.parse(fs.readFileSync(root.path("/etc/hostroute/artifacts.json"), "utf8")) as {
      install: Record<string, unknown>;
    }[];
    const there = [...OF_SYSTEMD, ...named(/./), ...artifacts.flatMap(({ install }) => Object.keys(install))];
    const called = root.files
      .filter(({ path }) => path.endsWith(".service"))
      .flatMap(({ content }) => [...content.matchAll(/^Exec\w+=[-+]?(\S+)/gm)].map(([, program]) => program));
    expect(called.length).toBeGreaterThan(0);
    expect(called.filter((program) => !there.includes(program ?? ""))).toEqual([]);
  });

  if (found("systemd-analyze")) {
    it("are units that systemd accepts without a word", () => {
      const units = named(/\.(service|timer|path|target)$/);
      // What the units refer to: systemd's own targets, the runtime of the image, the downloaded programs.
      for (const target of fs.readdirSync(SYSTEM_UNITS).filter((name) => name.endsWith(".target"))) {
        root.write(`${SYSTEM_UNITS}/${target}`, fs.readFileSync(path.join(SYSTEM_UNITS, target), "utf8"));
      }
      root.write(`${SYSTEM_UNITS}/docker.service`, "[Service]\nExecStart=/usr/local/bin/dockerd\n");
      const programs = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"];
      for (const name of [...programs, "containerd", "dockerd"])
        root.write(`/usr/local/bin/${name}`, "#!/bin/sh\n", 0o755);
      for (const program of OF_SYSTEMD) root.write(program, "#!/bin/sh\n", 0o755);
      const names = units.map((unit) => path.basename(unit));
      expect(complaints("systemd-analyze", "verify", "--man=no", `--root=${root.folder}`, ...names)).toBe("");
    });
  } else {
    it.skip("are units that systemd accepts: systemd-analyze is not on this machine", () => undefined);
  }
});

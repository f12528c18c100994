import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { DOCUMENTED_ERA } from "../fixtures";
import { documentsOf, parsed } from "./documents";
import { NodeRoot } from "./nodeRoot";

const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
const filesOf = (text: string) => new Map(parsed(text).write_files.map((file) => [file.path, file]));
const current = documentsOf({})["control plane"];
const documented = documentsOf(DOCUMENTED_ERA)["control plane"];
const sorted = <T>(all: Iterable<T>) => [...all].sort();

/** Secret files by the users of those units whose command line, or whose kubeconfig, names them. */
function readers(text: string): Record<string, string[]> {
  const files = filesOf(text);
  const named = (content: string) => [...content.matchAll(/[=:]\s*(\/etc\/kubernetes\/\S+)/g)].map(([, path]) => path!);
  const pairs = PROGRAMS.flatMap((program) => {
    const unit = files.get(`/etc/systemd/system/${program}.service`)!.content;
    const user = /^User=(.*)$/m.exec(unit)![1]!;
    const direct = named(unit);
    const indirect = direct
      .filter((path) => path.endsWith(".kubeconfig"))
      .flatMap((path) => named(files.get(path)!.content));
    return [...direct, ...indirect]
      .filter((path) => files.get(path)?.permissions === "0600")
      .map((path) => [path, user] as const);
  });
  return Object.fromEntries(
    sorted(new Set(pairs.map(([path]) => path))).map((path) => [
      path,
      sorted(new Set(pairs.filter(([each]) => each === path).map(([, user]) => user))),
    ]),
  );
}

/** Files by those whom tmpfiles.d lets read them. */
const admitted = (text: string) =>
  Object.fromEntries(
    filesOf(text)
      .get("/etc/tmpfiles.d/hostroute.conf")!
      .content.trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([, path, mode, owner, group]) => [path!, mode === "0440" ? sorted([owner!, group!]) : [owner!]])
      .sort(),
  ) as Record<string, string[]>;

it("runs each program of the control plane as a user of its own, without any capability, after that user is there", () => {
  for (const text of [current, documented]) {
    for (const program of PROGRAMS) {
      const unit = filesOf(text).get(`/etc/systemd/system/${program}.service`)!.content;
      expect(unit).toContain(`\nUser=${program}\n`);
      expect(unit).toContain("\nCapabilityBoundingSet=\n");
      expect(unit).toMatch(/^After=.*hostroute-accounts\.service/m);
    }
  }
});

it("lets exactly those read a secret whose command line names it", () => {
  expect(admitted(current)).toEqual(readers(current));
  // Every secret of the node is somebody's.
  const secrets = parsed(current).write_files.filter(({ permissions }) => permissions === "0600");
  expect(Object.keys(admitted(current))).toEqual(sorted(secrets.map(({ path }) => path)));
  expect(admitted(documented)).toMatchObject(readers(documented));
});

it("brings no authority's key", () => {
  for (const text of [current, documented]) {
    const keys = parsed(text).write_files.filter(({ path }) => path.endsWith("ca.key"));
    expect(keys).toEqual([]);
    expect(text).not.toContain("ca.key");
  }
});

const tools = ["systemd-sysusers", "systemd-tmpfiles"].every((tool) => !spawnSync(tool, ["--version"]).error);
if (tools && process.getuid?.() === 0) {
  it("is what the real tools make of it, any number of times", () => {
    const root = new NodeRoot(current);
    try {
      const commands = [
        ...filesOf(current)
          .get("/etc/systemd/system/hostroute-accounts.service")!
          .content.matchAll(/^ExecStart=\/usr\/bin\/(\S+)(.*) (\S+)$/gm),
      ].map(([, tool, options, file]) => [tool!, options!.trim(), file!] as const);
      expect(commands.map(([tool]) => tool)).toEqual(["systemd-sysusers", "systemd-tmpfiles"]);
      for (const [tool, options, file] of [...commands, ...commands]) {
        const args = [`--root=${root.folder}`, ...(options ? [options] : []), file];
        const { status, stdout, stderr } = spawnSync(tool, args, { encoding: "utf8" });
        expect([tool, status, `${stdout}${stderr}`.replace(/^Creating .*\n/gm, "")]).toEqual([tool, 0, ""]);
      }
      const names = (file: string) =>
        new Map(
          fs
            .readFileSync(root.path(file), "utf8")
            .trim()
            .split("\n")
            .map((line) => line.split(":"))
            .map(([name, , id]) => [Number(id), name!]),
        );
      const [users, groups] = [names("/etc/passwd"), names("/etc/group")];
      for (const [path, allowed] of Object.entries(admitted(current))) {
        const { uid, gid, mode } = fs.statSync(root.path(path));
        const shared = allowed.length > 1;
        const who = shared ? [users.get(uid), groups.get(gid)] : [users.get(uid)];
        expect([path, who.sort(), (mode & 0o777).toString(8)]).toEqual([path, allowed, shared ? "440" : "400"]);
      }
    } finally {
      root.remove();
    }
  });
} else {
  it.skip("is what the real tools make of it: systemd-sysusers, systemd-tmpfiles or root is missing", () => undefined);
}

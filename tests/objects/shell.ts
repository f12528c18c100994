import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** What a script left behind. */
export interface ScriptResult {
  status: number | null;
  stdout: string;
  stderr: string;
  /** Temporary files that are still there. */
  left: string[];
}

/**
 * Runs a command by an interpreter of the program as Pulumi would, with a kubectl of the test's own in place of the real one.
 * @param kubectl the body of a shell script; undefined: no kubectl on the PATH. `$calls` counts its calls from 1, and `lines FILE` a file's lines into `$lines`.
 */
export function runScript(
  [shell, ...args]: string[],
  command: string,
  kubectl: string | undefined,
  env: Record<string, string> = {},
  input = "KUBECONFIG",
): ScriptResult {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-test-"));
  const [bin, tmp] = [path.join(folder, "bin"), path.join(folder, "tmp")];
  for (const each of [bin, tmp]) fs.mkdirSync(each);
  const program = (name: string, body: string) =>
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  for (const name of ["mktemp", "rm", "cat", "grep", "stat"]) {
    const found = ["/usr/bin", "/bin"].map((each) => path.join(each, name)).find((file) => fs.existsSync(file));
    fs.symlinkSync(found!, path.join(bin, name));
  }
  // Nobody waits in a test: time passes when a script sleeps, and only then. By the shell's own means, since some scripts call these a hundred times.
  const clock = path.join(folder, "clock");
  fs.writeFileSync(clock, "1000000000\n");
  program("sleep", `read -r now <${clock}; echo $((now + $1)) >${clock}`);
  program("date", `read -r now <${clock}; echo "$now"`);
  const count = path.join(folder, "calls");
  // A line for each call, as two kubectls of one pipeline count at the same time: a number that both write anew would be lost, or begin at 1 again.
  const counting = `lines() { lines=0; while read -r _; do lines=$((lines + 1)); done <"$1"; }
echo >>${count}; lines ${count}; calls=$lines\n`;
  if (kubectl !== undefined) program("kubectl", `${counting}${kubectl}`);
  const { status, stdout, stderr } = spawnSync(shell!, [...args, command], {
    input,
    encoding: "utf8",
    env: { PATH: bin, TMPDIR: tmp, ...env },
  });
  const left = fs.readdirSync(tmp);
  fs.rmSync(folder, { recursive: true });
  return { status, stdout, stderr, left };
}

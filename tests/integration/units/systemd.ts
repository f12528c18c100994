import { ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { NodeRoot } from "../../cloudinit/nodeRoot";

const LIB = "usr/local/lib/hostroute";
/** Real ones; of all others a stand-in runs. */
const REAL = ["done.sh", "wait-for.sh"];

/** What a test with a service manager of its own needs and this machine lacks. */
export function missing(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const lacking = ["systemd", "systemctl", "unshare", "nsenter"].filter((tool) => spawnSync(tool, ["--version"]).error);
  return lacking.length > 0 ? `needs ${lacking.join(", ")}` : undefined;
}

/**
 * A node's units under a real service manager (systemd's for users, so that nothing of this machine is touched). Their programs are
 * stand-ins: daemons that run until they are killed, and work that fails for as long as the test says. Pauses are a tenth of a second.
 */
export class Systemd {
  private readonly root: NodeRoot;
  private readonly manager: ChildProcess;
  private readonly pid: string;

  constructor(document: string) {
    this.root = new NodeRoot(document);
    const { folder } = this.root;
    const commands = this.root.files
      .filter(({ path }) => path.endsWith(".service"))
      // What is of the system (systemd-sysusers) must not run here: one stand-in for all of a unit's commands.
      .map((file) => {
        const [first, ...others] = file.content.match(/^ExecStart=\/usr\/bin\/.*\n/gm) ?? [];
        const content = others.reduce((text, line) => text.replace(line, ""), file.content);
        return { ...file, content: first ? content.replace(first, `ExecStart=/${LIB}/of-the-system\n`) : content };
      })
      .map(({ path, content }) => [path, /^ExecStart=(\S+)/m.exec(content)?.[1] ?? "", content] as const);
    for (const [unit, program, content] of commands) {
      const name = path.basename(unit, ".service");
      const daemon = !content.includes("Type=oneshot");
      this.root.write(unit, content.replace(CONFINEMENT, "").replace(/^RestartSec=\d+$/m, "RestartSec=100ms"));
      this.root.write(program, daemon ? DAEMON(folder, name) : WORK(folder, name), 0o755);
    }
    for (const { path: file, content } of this.root.files) {
      if (!file.startsWith(`/${LIB}`) || commands.some(([, program]) => program === file)) continue;
      const real = REAL.includes(path.basename(file));
      this.root.write(file, real ? content.replace("sleep 1\n", "sleep 0.1\n") : "#!/bin/sh\n", 0o755);
    }
    for (const name of ["multi-user", "network-online"])
      this.root.write(`/etc/systemd/system/${name}.target`, "[Unit]\nDescription=of the image\n");
    fs.mkdirSync(path.join(folder, "fails"));
    fs.symlinkSync("etc/systemd/system", path.join(folder, "units"));
    fs.symlinkSync("usr/local", path.join(folder, "local"));
    this.manager = spawn("sh", [path.join(__dirname, "systemd.sh"), folder], { stdio: ["pipe", "ignore", "ignore"] });
    const ready = path.join(folder, "pid");
    for (let i = 0; i < 600 && !fs.existsSync(ready); i++) execFileSync("sleep", ["0.1"]);
    this.pid = fs.readFileSync(ready, "utf8").trim();
    if (this.pid === "") throw new Error(`no service manager: ${fs.readFileSync(path.join(folder, "log"), "utf8")}`);
    this.systemctl("enable", ...this.enabled());
  }

  /** What first-boot.sh enables. */
  enabled = () =>
    this.root.files.filter(({ content }) => content.includes("[Install]")).map(({ path: file }) => path.basename(file));

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.manager.on("close", resolve));
    this.manager.stdin?.end();
    await ended;
    this.root.remove();
  }

  systemctl(...args: string[]): string {
    const inside = [
      "nsenter",
      "-t",
      this.pid,
      "-m",
      "-p",
      "env",
      "XDG_RUNTIME_DIR=/run/user",
      "XDG_CONFIG_HOME=/run/config",
    ];
    const { stdout, stderr, status } = spawnSync("nice", [...inside, "systemctl", "--user", ...args], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`systemctl ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  }

  /** Whether the work of a unit fails, and with what code. */
  fails(unit: string, code: number | undefined): void {
    const file = path.join(this.root.folder, "fails", unit);
    if (code === undefined) fs.rmSync(file, { force: true });
    else fs.writeFileSync(file, String(code));
  }

  /** One property of units, in order. */
  show = (property: string, ...units: string[]) =>
    this.systemctl("show", "--value", "-p", property, ...units)
      .split("\n")
      .filter((line) => line !== "");

  /** Names of all programs that have run, in order. */
  ran(): string[] {
    const file = path.join(this.root.folder, "ran");
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
  }

  /** The processes of units, by name; 0 where there is none. */
  pids = (...units: string[]) => new Map(this.show("MainPID", ...units).map((pid, i) => [units[i]!, pid]));

  /** Waits until all of the units are up, each with another process than before; names those that are not after twenty seconds. */
  async down(units: string[], before = new Map<string, string>()): Promise<string[]> {
    for (let left = 200; ; left--) {
      // As name=value, a unit's lines together: at one question, since each is a process.
      const shown = this.systemctl("show", "-p", "MainPID,SubState", ...units).split("\n\n");
      const down = units.filter(
        (unit, i) =>
          !/^SubState=running$/m.test(shown[i]!) || /^MainPID=(.*)$/m.exec(shown[i]!)![1] === before.get(unit),
      );
      if (down.length === 0 || left === 0) return down;
      await pause(100);
    }
  }
}

/** Some milliseconds. */
export const pause = (time: number) => new Promise((resolve) => setTimeout(resolve, time));

/** Lines of [Service] that are about what a process may do. A manager for users cannot do that; the real one does, end to end. */
const CONFINEMENT =
  /^(?!(Description|Wants|Requires|After|StartLimit\w+|Type|RemainAfterExit|Timeout\w+|Exec\w+|Restart\w*|KillMode|WantedBy)=)\w+=.*\n/gm;

/** Stands for `etcd-member.py promote`, too: it takes for as long as the test says that it fails. */
const DAEMON = (folder: string, name: string) => `#!/bin/sh
if [ "$1" = promote ]; then
  echo "promote $MAINPID" >>${folder}/ran
  while [ -e ${folder}/fails/promote ]; do sleep 0.1; done
  exit 1
fi
echo ${name} >>${folder}/ran
[ -z "$NOTIFY_SOCKET" ] || systemd-notify --ready
exec sleep infinity
`;
const WORK = (folder: string, name: string) => `#!/bin/sh
[ ! -e ${folder}/fails/${name} ] || exit $(cat ${folder}/fails/${name})
echo ${name} >>${folder}/ran
`;

import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { MARK } from "../../components/cloudinit/document";
import { documentsOf, parsed } from "../cloudinit/documents";

const DOCUMENT = parsed(documentsOf({}).worker);

/** cloud-init's way with modules that run once per instance: noted as done first, then run (helpers.py, Runners.run). */
class Machine {
  readonly root = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-boot-"));
  readonly document = DOCUMENT;
  private steps = Infinity;

  /** One boot; the power goes before step `steps`. Says whether it got through. */
  boot(steps = Infinity): boolean {
    this.steps = steps;
    try {
      for (const command of this.document.bootcmd) this.shell(command);
      this.once("config_write_files", () => this.writeFiles());
      this.once("config_runcmd", () => this.step());
      this.once("config_scripts_user", () => this.document.runcmd.forEach((command) => this.shell(command)));
      return true;
    } catch (error) {
      if (error !== POWER) throw error;
      return false;
    }
  }

  path = (file: string) => path.join(this.root, file);
  read = (file: string) => (fs.existsSync(this.path(file)) ? fs.readFileSync(this.path(file), "utf8") : undefined);
  write(file: string, content: string, mode = 0o644): void {
    fs.mkdirSync(path.dirname(this.path(file)), { recursive: true });
    fs.writeFileSync(this.path(file), content);
    fs.chmodSync(this.path(file), mode);
  }

  /** Files that differ from the user-data's. */
  wrong = () =>
    this.document.write_files
      .filter(({ path, content }) => this.read(path) !== this.rooted(content))
      .map(({ path }) => path);
  /** What was asked of systemctl and of the disk at this machine's boots, in order. */
  calls = () => (this.read("calls") ?? "").trim().split("\n");

  private once(name: string, module: () => void): void {
    const semaphore = `/var/lib/cloud/instance/sem/${name}`;
    this.step();
    if (this.read(semaphore) !== undefined) return;
    this.write(semaphore, "");
    this.step();
    module();
  }

  private writeFiles(): void {
    for (const { path, content, permissions } of this.document.write_files) {
      this.write(path, "");
      this.step();
      this.write(path, this.rooted(content), parseInt(permissions, 8));
      this.step();
    }
  }

  /** A command of the document, with systemctl and sync of the test's, which count as steps. */
  private shell(command: string | string[]): void {
    const words = typeof command === "string" ? ["-c", this.rooted(command)] : command.map(this.rooted);
    const left = this.path("steps");
    const tool = `#!/bin/sh
n=$(cat ${left}); [ "$n" -gt 0 ] || kill -9 $PPID; echo $((n - 1)) >${left}; [ "$n" -gt 0 ] && echo "\${0##*/} $*" >>${this.path("calls")}
`;
    for (const name of ["systemctl", "sync"]) this.write(`bin/${name}`, tool, 0o755);
    fs.writeFileSync(left, String(Math.min(this.steps, 1_000_000)));
    const { signal } = spawnSync("/bin/sh", words, { env: { PATH: `${this.path("bin")}:/usr/bin:/bin` } });
    if (signal === "SIGKILL") throw POWER;
    if (this.steps !== Infinity) this.steps = Number(fs.readFileSync(left, "utf8"));
  }

  private step(): void {
    if (this.steps-- <= 0) throw POWER;
  }

  private rooted = (text: string) => text.replaceAll(/(?<![\w/])\/(var|usr\/local)\//g, `${this.root}/$1/`);
}
const POWER = new Error("power lost");

let machine: Machine;
beforeEach(() => (machine = new Machine()));
afterEach(() => fs.rmSync(machine.root, { recursive: true }));

const ENABLED = () => machine.calls().filter((call) => call.startsWith("systemctl enable"));

it("hands over to systemd once the files are on the disk, and notes that it did", () => {
  expect(machine.boot()).toBe(true);
  expect(machine.wrong()).toEqual([]);
  expect(machine.read(MARK)).toBe("");
  const units = machine.document.write_files
    .filter(({ content }) => content.includes("[Install]"))
    .map(({ path }) => path.replace("/etc/systemd/system/", ""));
  expect(units).toContain("hostroute.target");
  expect(machine.calls().map((call) => call.trim())).toEqual([
    "sync",
    "systemctl daemon-reload",
    `systemctl enable ${units.join(" ")}`,
    "sync",
    "sync",
    "systemctl start --no-block hostroute.target",
  ]);
});

it("leaves later boots alone: a certificate that was renewed stays", () => {
  machine.boot();
  machine.write("/etc/kubernetes/pki/kubelet.crt", "renewed");
  expect(machine.boot()).toBe(true);
  expect(machine.read("/etc/kubernetes/pki/kubelet.crt")).toBe("renewed");
  expect(ENABLED()).toHaveLength(1);
});

it("is through after any power cut, whenever that is", () => {
  const moments: number[] = [];
  for (let steps = 0; ; steps++) {
    // Each file is two moments, all of the same kind: the first and the last few will do.
    if (steps === 8) steps = 2 * machine.document.write_files.length - 4;
    fs.rmSync(machine.root, { recursive: true });
    machine = new Machine();
    if (machine.boot(steps)) break;
    moments.push(steps);
    expect(machine.boot()).toBe(true);
    expect([steps, machine.wrong()]).toEqual([steps, []]);
    expect([steps, machine.read(MARK)]).toEqual([steps, ""]);
    expect(ENABLED().length).toBeGreaterThanOrEqual(1);
  }
  expect(moments.length).toBeGreaterThan(20);
});

it("is done anew after three power cuts in a row", () => {
  for (const steps of [5, 60, 3]) expect(machine.boot(steps)).toBe(false);
  expect(machine.boot()).toBe(true);
  expect(machine.wrong()).toEqual([]);
});

it("has nothing enabled before its files are on the disk", () => {
  machine.boot();
  const calls = machine.calls();
  expect(calls.findIndex((call) => call.startsWith("sync"))).toBeLessThan(
    calls.findIndex((call) => call.startsWith("systemctl enable")),
  );
});

import { documentsOf } from "../../cloudinit/documents";
import { missing, pause, Systemd } from "./systemd";

/** Tests with a service manager of their own; skipped where there can be none. */
export function describeSystemd(what: string, tests: () => void): void {
  // Dozens of restarts in one test, on a machine that has other things to do.
  jest.setTimeout(120_000);
  const lack = missing();
  if (lack === undefined) describe(what, tests);
  else it.skip(`${what}: ${lack}`, () => undefined);
}

/**
 * How the units of a node come up, come back and stay.
 * @param needs who starts only after which work
 */
export function describeUnits(
  role: "worker" | "control plane",
  daemons: string[],
  work: string[],
  needs: Record<string, string[]>,
): void {
  describeSystemd(`units of a ${role}`, () => {
    let systemd: Systemd;
    let running: Systemd | undefined;
    beforeEach(() => {
      running = systemd = new Systemd(documentsOf({})[role]);
    });
    afterEach(async () => {
      await running?.end();
      running = undefined;
    });
    const start = () => systemd.systemctl("start", "--no-block", "hostroute.target");

    it("come up at boot, each after what it needs", async () => {
      systemd.systemctl("start", "--no-block", "multi-user.target");
      expect(await systemd.down(daemons)).toEqual([]);
      const ran = systemd.ran();
      const early = daemons.flatMap((daemon) =>
        needs[daemon]!.filter((unit) => !ran.slice(0, ran.indexOf(daemon)).includes(unit)).map((unit) => [
          daemon,
          unit,
        ]),
      );
      expect(early).toEqual([]);
    });

    // The others wait in the same way.
    const failing = work.filter((unit) => /-(fetch|pod-network|accounts|learn-routes)$/.test(unit));
    it.each(failing)("come up after %s has failed for a while, and not before where they need it", async (unit) => {
      systemd.fails(unit, 1);
      // Does not wait for what fails, or cloud-init's last stage would: it comes after multi-user.target.
      systemd.systemctl("start", "multi-user.target");
      await pause(1_000);
      const early = systemd.ran();
      systemd.fails(unit, undefined);
      expect(early.filter((name) => needs[name]?.includes(unit))).toEqual([]);
      expect(await systemd.down(daemons)).toEqual([]);
    });

    it("start nothing, ever, after a wrong checksum", async () => {
      systemd.fails("hostroute-fetch", 3);
      start();
      await pause(2_000);
      expect(systemd.ran().filter((name) => daemons.includes(name))).toEqual([]);
      expect(systemd.show("ExecMainStartTimestamp", ...daemons)).toEqual([]);
      expect(systemd.show("ActiveState", "hostroute-fetch")).toEqual(["failed"]);
      expect(systemd.show("NRestarts", "hostroute-fetch")).toEqual(["0"]);
    });

    it.each(["KILL", "TERM"])("come back after SIG%s, and take no other along", async (signal) => {
      start();
      expect(await systemd.down(daemons)).toEqual([]);
      // Each alone, each two at once, then all. Every order is for `make chaos`.
      const pairs = daemons.flatMap((one, i) => daemons.slice(i + 1).map((other) => [one, other]));
      for (const victims of [...daemons.map((each) => [each]), ...pairs, daemons]) {
        const before = systemd.pids(...daemons);
        systemd.systemctl("kill", "--kill-who=main", `--signal=${signal}`, ...victims);
        expect([victims, await systemd.down(victims, before)]).toEqual([victims, []]);
        const after = systemd.pids(...daemons);
        const hit = daemons.filter((name) => before.get(name) !== after.get(name));
        expect(hit.sort()).toEqual([...victims].sort());
      }
    });

    it("stay up when any one is stopped by hand", async () => {
      start();
      expect(await systemd.down(daemons)).toEqual([]);
      for (const unit of [...daemons, ...work]) {
        const others = daemons.filter((name) => name !== unit);
        const before = systemd.pids(...others);
        systemd.systemctl("stop", unit);
        expect([unit, await systemd.down(others)]).toEqual([unit, []]);
        expect([unit, systemd.pids(...others)]).toEqual([unit, before]);
        systemd.systemctl("start", unit);
      }
    });
  });
}

import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { A, B, HOST, OWN, VIA_2, VIA_3, WORKERS } from "../cloudinit/learnedRoutes";
import { DhcpWire, missing, Rogue } from "./dhcpWire";

const lack = missing();
if (lack === undefined) {
  describe("on a wire with Neutron's DHCP server", () => {
    const wire = new DhcpWire();
    const args = [HOST, "10.200.0.0/16", "24", WORKERS, OWN];
    const before = { [OWN]: HOST, [A]: VIA_2 };
    const routes = () => wire.ip("route").trim().split(/\s*\n/);
    // As they stand on a node: dhclient's copies, a second address's route, an operator's route to pods of his own.
    const STANDING = [
      `${OWN} via ${HOST}`,
      `${A} via ${VIA_2}`,
      `10.9.0.0/16 via ${VIA_3}`,
      `10.200.99.0/24 via ${VIA_3} proto static`,
    ];
    beforeAll(async () => {
      await wire.start(before);
      wire.ip("addr", "add", `${HOST}/24`, "dev", "ens3", "valid_lft", "5000", "preferred_lft", "5000");
      for (const route of STANDING) wire.ip("route", "add", ...route.split(" "));
    }, 20_000);
    afterAll(() => wire.end());
    const offer = async (offered: Record<string, string>) => {
      wire.offer(offered);
      wire.signal("SIGHUP");
      await sleep(500);
    };

    it("brings a new route within one run, and address, leases, connections and other routes stay", async () => {
      const [standing, leases] = [routes(), wire.file("leases")];
      expect(wire.learn(...args)).toBe("");
      const summary = await wire.exchanging("10.200.1.5", async () => {
        await offer({ ...before, [B]: VIA_3 });
        expect(wire.learn(...args)).toBe(`ip route replace ${B} via ${VIA_3} dev ens3 proto 121\n`);
        expect(await wire.exchanging("10.200.2.5", () => sleep(300))).toMatchObject({ lost: 0 });
      });
      expect(summary.lost).toBe(0);
      expect(summary.sent).toBeGreaterThan(20);
      expect(routes().filter((route) => !standing.includes(route))).toEqual([`${B} via ${VIA_3} dev ens3 proto 121`]);
      expect(standing.filter((route) => !routes().includes(route))).toEqual([]);
      expect(wire.file("leases")).toBe(leases);
      const lifetime = Number(/valid_lft (\d+)sec/.exec(wire.ip("addr", "show", "to", HOST))?.[1]);
      expect(lifetime).toBeGreaterThan(4900);
      expect(lifetime).toBeLessThanOrEqual(5000);
    }, 30_000);

    it("removes the routes that are gone, its own and a client's, and only those", async () => {
      const standing = routes();
      await offer({ [OWN]: HOST });
      expect(
        wire
          .learn(...args)
          .trim()
          .split("\n"),
      ).toEqual([A, B].map((gone) => expect.stringContaining(gone) as string));
      expect(standing.filter((route) => !routes().includes(route))).toEqual(
        [A, B].map((gone) => expect.stringMatching(`^${gone} `) as string),
      );
    }, 30_000);

    describe("with somebody who answers, too, while the server is silent", () => {
      beforeAll(() => wire.signal("SIGSTOP"));
      afterAll(async () => {
        wire.signal("SIGCONT");
        await sleep(500);
      });
      const [server, option] = ["10.106.1.200", `18 0ac802 0a6a010d`.replaceAll(" ", "")]; // B via 10.106.1.13, as planned
      const nobody = (name: string, address: string, port: number): [string, Rogue, string] => [
        name,
        { address, port, option },
        "no DHCP server answers",
      ];
      const ignored = (name: string, hex: string, route: string): [string, Rogue, string] => [
        name,
        { address: server, port: 67, option: hex.replaceAll(" ", "") },
        `not in the route plan, so ignored: ${route}`,
      ];
      it.each<[string, Rogue, string]>([
        nobody("the right route from port 4000", server, 4000),
        nobody("the right route from another worker", "10.106.1.12", 67),
        nobody("the right route from the last worker that can be", "10.106.1.191", 67),
        nobody("the right route from a pod", "10.200.7.7", 67),
        ignored("a /25", "19 0ac80200 0a6a010d", "10.200.2.0/25 via 10.106.1.13"),
        ignored("a /32", "20 0ac80205 0a6a010d", "10.200.2.5/32 via 10.106.1.13"),
        ignored("the cluster CIDR", "10 0ac8 0a6a010d", "10.200.0.0/16 via 10.106.1.13"),
        ignored("another worker's podCIDR", "18 0ac802 0a6a010c", "10.200.2.0/24 via 10.106.1.12"),
      ])(
        "takes nothing: %s",
        async (_name, rogue, said) => {
          const standing = routes();
          await wire.withRogue(rogue, () => {
            fs.writeFileSync(path.join(wire.folder, "learn-routes.last"), ""); // nothing is said twice
            expect(wire.learn(...args)).toBe(`${said}\n`);
          });
          expect(routes()).toEqual(standing);
        },
        40_000,
      );

      it("takes what the plan has, from a server's address and port", async () => {
        wire.ip("route", "flush", B);
        await wire.withRogue({ address: server, port: 67, option }, () => {
          expect(wire.learn(...args)).toContain(`ip route replace ${B} via ${VIA_3} dev ens3 proto 121\n`);
        });
        wire.ip("route", "flush", B);
      }, 40_000);
    });

    it("changes nothing while no server answers, says so once, and goes on when one does", async () => {
      await offer({ ...before, [B]: VIA_3 });
      const standing = routes();
      wire.signal("SIGSTOP");
      expect([wire.learn(...args), wire.learn(...args)]).toEqual(["no DHCP server answers\n", ""]);
      expect(routes()).toEqual(standing);
      wire.signal("SIGCONT");
      await sleep(500);
      expect(wire.learn(...args)).toContain("routes are learned again\n");
      expect(routes()).toHaveLength(standing.length + 2);
    }, 30_000);
  });
} else {
  it.skip(`a wire with Neutron's DHCP server: ${lack}`, () => undefined);
}

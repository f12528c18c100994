import { setTimeout as sleep } from "node:timers/promises";
import { A, B, HOST, OWN, VIA_2, VIA_3, WORKERS } from "../cloudinit/learnedRoutes";
import { missing } from "./dhcpWire";
import { canIssue } from "./issuer";
import { configMap, PLANNED, PlanWire, SETTLED } from "./planWire";

const lack = missing() ?? (canIssue ? undefined : "no OpenSSL 3");
const C = "10.200.3.0/24";
const VIA_4 = "10.106.1.14";
/** As `ip -j route` has it. */
interface Route {
  dst: string;
  protocol?: string;
  metric?: number;
}
/** Of the node's own podCIDR, which DHCP and the plan name to all nodes, a worker takes nothing. */
const OWN_TOO = { [OWN]: HOST };
const WITHOUT_C = { ...OWN_TOO, [A]: VIA_2, [B]: VIA_3 };
const ALL = { ...WITHOUT_C, [C]: VIA_4 };

(lack === undefined ? describe : describe.skip)(`a node that reads the plan${lack ? `: ${lack}` : ""}`, () => {
  const wire = new PlanWire();
  const place = [HOST, "10.200.0.0/16", "24", WORKERS, OWN];
  const learn = () => wire.run(...place, wire.server, "kubelet");
  /** Other nodes' podCIDRs that the kernel has, and whose routes they are. */
  const table = () =>
    (JSON.parse(wire.ip("-j", "route", "show", "table", "main") || "[]") as Route[])
      .filter(({ dst }) => dst.startsWith("10.200."))
      .map(({ dst, protocol = "boot", metric }) => `${dst} ${protocol}${metric ? ` ${metric}` : ""}`)
      .sort();
  const ours = (...routes: string[]) => routes.map((route) => `${route} 121`);
  const offer = async (routes: Record<string, string>) => {
    wire.offer(routes);
    wire.signal("SIGHUP");
    await sleep(500);
  };

  beforeAll(async () => {
    await wire.startWithApi({ ...OWN_TOO, [A]: VIA_2 });
    wire.ip("addr", "add", `${HOST}/24`, "dev", "ens3");
  }, 60_000);
  afterAll(() => wire.end());

  it("is not done before it has read it, and has what DHCP brings meanwhile", () => {
    const { code, said } = learn();
    expect([code, said]).toEqual([
      1,
      `ip route replace ${A} via ${VIA_2} dev ens3 proto 121\n` +
        `the API does not give the route plan: 404 for ${PLANNED}?resourceVersion=0\n`,
    ]);
    expect(table()).toEqual(ours(A));
  }, 30_000);

  it("has all of it as soon as it is there, by the node's own credentials, and asks DHCP until workers have settled", () => {
    wire.say(PLANNED, configMap({ version: 10, tier: "nodes", routes: ALL }));
    wire.asked();
    const { code, said } = learn();
    expect(code).toBe(0);
    expect(said).toContain(`ip route replace ${C} via ${VIA_4} dev ens3 proto 121\n`);
    expect(table()).toEqual(ours(A, B, C));
    expect(wire.asked()).toEqual([
      `${PLANNED}?resourceVersion=0 metadata system:node:w`,
      `${PLANNED}?resourceVersion=0 all system:node:w`,
      `${SETTLED}?resourceVersion=0 metadata system:node:w`,
    ]);
  }, 30_000);

  it("asks no DHCP server any more once the plan says that nodes have all from it, and then for metadata alone", () => {
    wire.publish({ version: 10, tier: "nodes", routes: ALL });
    learn();
    wire.signal("SIGSTOP"); // it would be said that nobody answers
    wire.asked();
    expect(learn()).toEqual({ code: 0, said: "" });
    expect(wire.asked().map((line) => line.split(" ")[1])).toEqual(["metadata", "metadata"]);
  }, 30_000);

  const whole = configMap({ version: 11, tier: "nodes", routes: WITHOUT_C });
  it.each<[string, object | string | number | undefined, string]>([
    ["is refused", 403, `403 for ${PLANNED}?resourceVersion=0`],
    ["finds no plan", undefined, `404 for ${PLANNED}?resourceVersion=0`],
    ["gets a plan that was cut off", JSON.stringify(whole).slice(0, -20), ""],
    ["gets one with lines missing", { ...whole, data: { ...whole.data, routes: "" } }, "is damaged"],
    ["gets one with another tier", { ...whole, data: { ...whole.data, tier: "subnet" } }, "is damaged"],
    ["gets something else", { metadata: whole.metadata, data: {} }, "'tier'"],
    ["gets an older one", configMap({ version: 9, tier: "nodes", routes: OWN_TOO }), "older than what this node has"],
  ])(
    "takes no route away when it %s",
    (_name, answer, why) => {
      for (const name of [PLANNED, SETTLED]) wire.say(name, answer);
      const { code, said } = learn();
      expect(code).toBe(0);
      expect(said).toMatch(/^the API does not give the route plan: /);
      expect(said).toContain(why);
      expect(table()).toEqual(ours(A, B, C));
      expect(learn()).toEqual({ code: 0, said: "" });
      wire.publish({ version: 10, tier: "nodes", routes: ALL });
      expect(learn()).toEqual({ code: 0, said: "routes are learned again\n" });
    },
    30_000,
  );

  it("has all routes again after a reboot while the API is away, from its disk", async () => {
    await wire.away();
    for (const route of [A, B, C]) wire.ip("route", "del", route);
    const { code, said } = learn();
    expect([code, table()]).toEqual([0, ours(A, B, C)]);
    expect(said).toContain("the API does not give the route plan: [Errno 111] Connection refused");
    await wire.back();
    learn();
  }, 30_000);

  it("keeps a route until neither object names it: a worker that leaves is drained first", () => {
    wire.say(PLANNED, configMap({ version: 20, tier: "nodes", routes: WITHOUT_C }));
    learn();
    expect(table()).toEqual(ours(A, B, C));
    wire.say(SETTLED, configMap({ version: 21, tier: "nodes", routes: WITHOUT_C }));
    expect(learn().said).toBe(`ip route del ${C} via ${VIA_4} dev ens3 proto 121 metric 0\n`);
    expect(table()).toEqual(ours(A, B));
  }, 30_000);

  it("takes from an older plan what is new to it, and believes one that was made anew", () => {
    wire.publish({ version: 15, tier: "nodes", routes: { [C]: VIA_4 } });
    learn();
    expect(table()).toEqual(ours(A, B, C));
    wire.publish({ version: 5, uid: "2", tier: "nodes", routes: WITHOUT_C });
    learn();
    expect(table()).toEqual(ours(A, B));
  }, 30_000);

  it("asks for what is written, not what is remembered, before it takes a route away", () => {
    wire.publish({ version: 30, uid: "2", tier: "nodes", routes: WITHOUT_C });
    const remembered = configMap({ version: 29, uid: "2", tier: "nodes", routes: OWN_TOO });
    for (const name of [PLANNED, SETTLED]) wire.say(name, remembered, true);
    expect(learn()).toMatchObject({ code: 0, said: "" });
    expect(table()).toEqual(ours(A, B));
    for (const name of [PLANNED, SETTLED]) wire.say(name, undefined, true);
    learn();
  }, 30_000);

  it("has a route of its own beside one that goes with a lease, and leaves an operator's", () => {
    wire.ip("route", "del", A);
    wire.ip("route", "add", A, "via", VIA_2, "dev", "ens3", "proto", "dhcp", "metric", "1024");
    wire.ip("route", "replace", B, "via", VIA_2, "dev", "ens3", "proto", "static");
    learn();
    expect(table()).toEqual([`${A} 121`, `${A} dhcp 1024`, `${B} static`]);
    wire.ip("route", "del", A, "proto", "dhcp");
    wire.ip("route", "del", B);
    learn();
    expect(table()).toEqual(ours(A, B));
  }, 30_000);

  it("makes all changes that can be made, and says which could not", () => {
    wire.publish({ version: 31, uid: "2", tier: "nodes", routes: ALL });
    for (const route of [A, B, C]) wire.ip("route", "flush", route);
    const broadcast = ["table", "local", "broadcast", VIA_3, "dev", "ens3"]; // which is no next hop
    wire.ip("route", "add", ...broadcast);
    const { code, said } = learn();
    expect(code).toBe(0);
    expect(said).toContain(`1 of 3 changes failed, ip route replace ${B} via ${VIA_3} dev ens3 proto 121: `);
    expect(table()).toEqual(ours(A, C));
    wire.ip("route", "del", ...broadcast);
    wire.publish({ version: 32, uid: "2", tier: "nodes", routes: WITHOUT_C });
    expect(learn().said).toContain("routes are learned again");
    expect(table()).toEqual(ours(A, B));
  }, 30_000);

  describe("when host routes have all again", () => {
    beforeAll(() => wire.signal("SIGCONT"));

    it("takes them from either, and one away when both were heard and neither names it", async () => {
      await offer({ ...OWN_TOO, [A]: VIA_2, [C]: VIA_4 });
      wire.publish(
        { version: 40, uid: "2", tier: "subnet", routes: WITHOUT_C },
        { version: 30, uid: "2", tier: "nodes", routes: WITHOUT_C },
      );
      learn();
      expect(table()).toEqual(ours(A, B, C));
      wire.publish({ version: 41, uid: "2", tier: "subnet", routes: { ...OWN_TOO, [A]: VIA_2 } });
      learn();
      expect(table()).toEqual(ours(A, C));
    }, 30_000);

    it.each<[string, () => void | Promise<void>, () => void | Promise<void>]>([
      ["DHCP", () => wire.signal("SIGSTOP"), () => wire.signal("SIGCONT")],
      ["the API", () => wire.away(), () => wire.back()],
    ])(
      "takes none away while %s is silent",
      async (_name, silence, end) => {
        await offer({ ...OWN_TOO, [A]: VIA_2 });
        if (!table().includes(`${C} 121`)) wire.ip("route", "add", C, "via", VIA_4, "dev", "ens3", "proto", "121");
        await silence();
        learn();
        expect(table()).toEqual(ours(A, C));
        await end();
        await sleep(500);
        learn();
        expect(table()).toEqual(ours(A));
      },
      30_000,
    );
  });
});

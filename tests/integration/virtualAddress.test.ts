import { controlPlaneNodeUserData } from "../../components/cloudinit/nodeUserData";
import { CONTROL_PLANE } from "../cloudinit/documents";
import { specOf } from "../fixtures";
import { missing, VipWire } from "./vipWire";

// Elections take seconds, and this machine has other things to do.
jest.setTimeout(60_000);

/** What the API's users may have to wait at most, whatever becomes of one node. */
const MOST = 10;

const lack = missing();
if (lack !== undefined) {
  it.skip(`the API's address among real keepalived: ${lack}`, () => undefined);
} else {
  describe("the API's address, of three nodes with real keepalived,", () => {
    const spec = specOf({ controlPlane: { count: 3 } });
    const wire = new VipWire(
      spec.api.host,
      spec.plan.controlPlane.map((node) => ({
        address: node.address,
        userData: controlPlaneNodeUserData(spec, node, CONTROL_PLANE),
      })),
    );
    beforeAll(() => wire.start());
    afterAll(() => wire.stop());
    const others = (node: number) => [0, 1, 2].filter((each) => each !== node);

    it("comes to one of them, and keepalived has nothing to say against its configuration", async () => {
      await wire.holder();
      for (const node of [0, 1, 2])
        expect(wire.log(node)).not.toMatch(/unknown|error|invalid|warning|violation|cannot/i);
    });

    it("moves when the holder is cut off, and stays where it is when the node is back and not ready", async () => {
      const holder = await wire.holder();
      const { gap, by } = await wire.asking(() => wire.cable(holder, false));
      expect(gap).toBeLessThan(MOST);
      const now = Number(by.at(-1)!.slice(1));
      expect(others(holder)).toContain(now);
      // Alone it has no majority of etcd, and says so.
      wire.ready(holder, false);
      await wire.noticed(holder, false);
      const back = await wire.asking(() => wire.cable(holder, true), 3);
      expect(back.by).toEqual([`m${now}`]);
      wire.ready(holder, true);
      await wire.noticed(holder, true);
      expect(await wire.holder()).toBe(now);
    });

    it("moves when the holder's API server dies, when it hangs, and when it is no longer ready", async () => {
      const holder = await wire.holder();
      const { gap, by } = await wire.asking(() => wire.end("server", holder, "SIGKILL"));
      expect(gap).toBeLessThan(MOST);
      expect(by).toHaveLength(2);
      wire.serve(holder);
      await wire.noticed(holder, true);
      const next = await wire.holder();
      const hung = await wire.asking(() => wire.hang(next, true));
      expect(hung.gap).toBeLessThan(MOST);
      expect(hung.by).toHaveLength(2);
      wire.hang(next, false);
      await wire.noticed(next, true);
      const last = await wire.holder();
      const unready = await wire.asking(() => wire.ready(last, false));
      expect(unready.gap).toBeLessThan(MOST);
      expect(unready.by).toHaveLength(2);
      wire.ready(last, true);
      await wire.noticed(last, true);
    });

    it("stays where it is while no server is ready, and goes to the first that is", async () => {
      const holder = await wire.holder();
      const none = await wire.asking(async () => {
        for (const node of [0, 1, 2]) wire.ready(node, false);
        for (const node of [0, 1, 2]) await wire.noticed(node, false);
      }, 4);
      expect(none.by).toEqual([`m${holder}`]);
      const first = others(holder)[0]!;
      const { by } = await wire.asking(() => wire.ready(first, true));
      expect(by).toEqual([`m${holder}`, `m${first}`]);
      for (const node of [0, 1, 2]) wire.ready(node, true);
      for (const node of [0, 1, 2]) await wire.noticed(node, true);
    });

    it("moves at once when the unit is stopped, and when somebody takes it off the device", async () => {
      const holder = await wire.holder();
      const { gap } = await wire.asking(() => wire.end("keepalived", holder, "SIGTERM"));
      expect(gap).toBeLessThan(3);
      wire.keep(holder);
      const next = await wire.holder();
      const taken = await wire.asking(() => wire.takeAway(next));
      expect(taken.gap).toBeLessThan(MOST);
    });
  });
}

import { describeAddress, MOST, NODES, others } from "./describeAddress";

describeAddress("the API's address, of three nodes with real keepalived,", (wire) => {
  it("comes to one of them, and keepalived has nothing to say against its configuration", async () => {
    await wire.holder();
    for (const node of NODES) expect(wire.log(node)).not.toMatch(/unknown|error|invalid|warning|violation|cannot/i);
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

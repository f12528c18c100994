import { describeAddress, MOST, NODES, others } from "./describeAddress";

describeAddress("the API's address, of three API servers with real keepalived,", (wire) => {
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
      for (const node of NODES) wire.ready(node, false);
      for (const node of NODES) await wire.noticed(node, false);
    }, 4);
    expect(none.by).toEqual([`m${holder}`]);
    const first = others(holder)[0]!;
    const { by } = await wire.asking(() => wire.ready(first, true));
    expect(by).toEqual([`m${holder}`, `m${first}`]);
    for (const node of NODES) wire.ready(node, true);
    for (const node of NODES) await wire.noticed(node, true);
  });
});

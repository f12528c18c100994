import { documentsOf } from "../../cloudinit/documents";
import { describeSystemd } from "./describeUnits";
import { pause, Systemd } from "./systemd";

describeSystemd("snapshots of etcd", () => {
  let systemd: Systemd | undefined;
  afterEach(() => systemd?.end());

  const SNAPSHOT = "hostroute-etcd-snapshot";
  const taken = () => systemd!.ran().filter((name) => name === SNAPSHOT).length;
  async function more(count: number): Promise<void> {
    const wanted = taken() + count;
    for (let left = 300; taken() < wanted && left > 0; left--) await pause(100);
    expect(taken()).toBeGreaterThanOrEqual(wanted);
  }

  it("are taken once etcd runs, and again and again, whatever came of the last one; etcd does not care", async () => {
    systemd = new Systemd(documentsOf({})["control plane"].replace("OnUnitInactiveSec=60", "OnUnitInactiveSec=1"));
    systemd.fails("hostroute-fetch", 1);
    systemd.systemctl("start", "--no-block", "hostroute.target");
    await pause(2_000);
    expect(taken()).toBe(0);
    systemd.fails("hostroute-fetch", undefined);
    await more(2);
    const ran = systemd.ran();
    expect(ran.indexOf("etcd")).toBeGreaterThanOrEqual(0);
    expect(ran.indexOf("etcd")).toBeLessThan(ran.indexOf(SNAPSHOT));
    const before = systemd.pids("etcd", "kube-apiserver");

    systemd.fails(SNAPSHOT, 1);
    const result = () => systemd!.show("Result", `${SNAPSHOT}.service`)[0];
    for (let left = 300; result() !== "exit-code" && left > 0; left--) await pause(100);
    expect(result()).toBe("exit-code");
    systemd.fails(SNAPSHOT, undefined);
    await more(2);
    expect(systemd.pids("etcd", "kube-apiserver")).toEqual(before);
  });
});

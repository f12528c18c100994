import { documentsOf, MEMBERS } from "../../cloudinit/documents";
import { describeSystemd, describeUnits } from "./describeUnits";
import { pause, Systemd } from "./systemd";

const daemons = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
describeUnits(
  "control plane",
  daemons,
  ["hostroute-packages", "hostroute-fetch", "hostroute-accounts"],
  Object.fromEntries(daemons.map((name) => [name, ["hostroute-fetch", "hostroute-accounts"]])),
);

describeSystemd("etcd of several members", () => {
  let systemd: Systemd | undefined;
  afterEach(() => systemd?.end());

  it("counts as up, for the API server, once it is promoted, and runs on whatever came of that", async () => {
    systemd = new Systemd(documentsOf(MEMBERS)["control plane"]);
    systemd.fails("promote", 1);
    systemd.systemctl("start", "--no-block", "hostroute.target");
    const asked = () => systemd!.ran().some((line) => line.startsWith("promote"));
    for (let left = 300; !asked() && left > 0; left--) await pause(100);
    await pause(1_000);
    expect(systemd.ran()).not.toContain("kube-apiserver");
    const [pid] = systemd.pids("etcd").values();
    expect(systemd.ran()).toContain(`promote ${pid}`);
    systemd.fails("promote", undefined);
    expect(await systemd.down(["etcd", "kube-apiserver"])).toEqual([]);
    expect([...systemd.pids("etcd").values()]).toEqual([pid]);
  });
});

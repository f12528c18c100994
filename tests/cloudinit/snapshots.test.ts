import { controlPlaneNodeUserData } from "../../components/cloudinit/nodeUserData";
import { packed } from "../../components/cloudinit/packed";
import { DOCUMENTED_ERA, Raw, specOf } from "../fixtures";
import { CONTROL_PLANE, documentsOf, MEMBERS, parsed, SNAPSHOTS, snapshotting } from "./documents";

const only = { ...SNAPSHOTS, restoreFrom: undefined };
const files = (text: string) => parsed(text).write_files;
const file = (text: string, path: string) => files(text).find((each) => each.path === path);
/** What the second document has and the first one has not, or has otherwise. */
function more(before: string, after: string): string[] {
  const same = new Set(files(before).map((each) => JSON.stringify(each)));
  return files(after).flatMap((each) => (same.has(JSON.stringify(each)) ? [] : [each.path]));
}
const LIB = "/usr/local/lib/hostroute";
const UNIT = "/etc/systemd/system/hostroute-etcd-snapshot";
const TAKING = [
  "/etc/hostroute/artifacts.json",
  "/etc/hostroute/etcd-snapshots.json",
  `${LIB}/etcd-snapshot.py`,
  `${LIB}/object_store.py`,
  `${UNIT}.service`,
  `${UNIT}.timer`,
];
const RESTORING = ["/etc/hostroute/etcd-restore.env", `${LIB}/etcd-restore.py`, "/etc/systemd/system/etcd.service"];

it.each<[string, Raw, string[]]>([
  // Several have it as they join.
  ["one member", {}, [`${LIB}/etcd_cluster.py`]],
  ["three members", MEMBERS, []],
])("brings to %s what takes snapshots, and what restores one where that is asked for", (_what, raw, cluster) => {
  const without = documentsOf(raw)["control plane"];
  expect(more(without, snapshotting(raw, only)).sort()).toEqual([...TAKING, ...cluster].sort());
  expect(more(without, snapshotting(raw)).sort()).toEqual([...TAKING, ...cluster, ...RESTORING].sort());
  expect(more(snapshotting(raw, only), without)).not.toContain("/etc/systemd/system/etcd.service");
});

it("changes no byte where it is not configured, or in releases without etcdutl", () => {
  const plain = (raw: Raw) => documentsOf(raw)["control plane"];
  for (const text of [plain({}), plain(MEMBERS)]) expect(text).not.toMatch(/snapshot|etcdutl|object_store/);
  expect(more(plain(DOCUMENTED_ERA), snapshotting(DOCUMENTED_ERA))).toEqual([]);
});

it("installs etcdutl", () => {
  const artifacts = file(snapshotting({}), "/etc/hostroute/artifacts.json")!.content;
  expect(artifacts).toContain('"/usr/local/bin/etcdutl": "etcd-v3.6.13-linux-amd64/etcdutl"');
});

it("runs by a timer once etcd runs, and knows what etcd knows", () => {
  const text = snapshotting(MEMBERS);
  expect(file(text, `${UNIT}.timer`)!.content).toContain("\nOnActiveSec=0\nOnUnitInactiveSec=3600\n");
  const service = file(text, `${UNIT}.service`)!.content;
  expect(service).toMatch(/^After=.* etcd\.service$/m);
  expect(service).toContain("ExecStart=/usr/local/lib/hostroute/etcd-snapshot.py /etc/hostroute/etcd-snapshots.json\n");
  const config = JSON.parse(file(text, "/etc/hostroute/etcd-snapshots.json")!.content) as { flags: string[] };
  expect(config).toEqual({
    put: SNAPSHOTS.put,
    keep: 604_800,
    kubernetes: "1.36.3",
    folder: "/var/lib/hostroute/snapshot",
    flags: expect.arrayContaining(["--name=dev-control-plane-0", "--data-dir=/var/lib/etcd"]) as string[],
  });
  const etcd = file(text, "/etc/systemd/system/etcd.service")!.content;
  expect(etcd.match(/ --[^ \n]+/g)!.map((flag) => flag.trim())).toEqual(config.flags);
});

it.each<[string, Raw, string]>([
  ["alone", {}, ""],
  ["behind what has it join others", MEMBERS, `${LIB}/etcd-member.py \\\n  start \\\n  `],
])("starts etcd by its restore, %s", (_what, raw, before) => {
  const text = snapshotting(raw);
  const etcd = file(text, "/etc/systemd/system/etcd.service")!.content;
  expect(etcd).toContain(`ExecStart=${before}${LIB}/etcd-restore.py \\\n  --name=`);
  expect(etcd).toContain("\nEnvironmentFile=/etc/hostroute/etcd-restore.env\n");
  expect(file(text, "/etc/hostroute/etcd-restore.env")).toEqual({
    path: "/etc/hostroute/etcd-restore.env",
    permissions: "0600",
    content: `RESTORE_FROM=latest\nRESTORE_GET=${SNAPSHOTS.get}\n`,
  });
});

it("gives each node of a control plane the same settings but for its own flags", () => {
  const spec = specOf(MEMBERS);
  const configs = spec.plan.controlPlane.map((node) => {
    const text = controlPlaneNodeUserData(spec, node, CONTROL_PLANE, false, SNAPSHOTS);
    const content = file(text, "/etc/hostroute/etcd-snapshots.json")!.content;
    return { ...(JSON.parse(content) as object), flags: undefined };
  });
  expect(new Set(configs.map((config) => JSON.stringify(config))).size).toBe(1);
});

it.each<[string, Raw, number, number]>([
  ["one member", {}, 4_600, 6_600],
  ["three members", MEMBERS, 3_600, 5_600],
])("takes little room of the user-data of %s", (_what, raw, taking, restoring) => {
  const size = packed(documentsOf(raw)["control plane"]).length;
  expect(packed(snapshotting(raw, only)).length - size).toBeLessThan(taking);
  expect(packed(snapshotting(raw)).length - size).toBeLessThan(restoring);
});

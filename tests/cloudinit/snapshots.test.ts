import { controlPlaneNodeUserData } from "../../components/cloudinit/nodeUserData";
import { packed } from "../../components/cloudinit/packed";
import { DOCUMENTED_ERA, Raw, specOf } from "../fixtures";
import { CONTROL_PLANE, documentsOf, MEMBERS, parsed, RESTORE, restoring } from "./documents";

const files = (text: string) => parsed(text).write_files;
const file = (text: string, path: string) => files(text).find((each) => each.path === path);
const plain = (raw: Raw) => documentsOf(raw)["control plane"];
/** What the second document has and the first one has not, or has otherwise. */
function more(before: string, after: string): string[] {
  const same = new Set(files(before).map((each) => JSON.stringify(each)));
  return files(after).flatMap((each) => (same.has(JSON.stringify(each)) ? [] : [each.path]));
}
const LIB = "/usr/local/lib/hostroute";
const UNIT = "/etc/systemd/system/hostroute-etcd-snapshot";
const CONFIG = "/etc/hostroute/etcd-snapshots.json";

it.each<[string, Raw]>([
  ["one member", {}],
  ["three members", MEMBERS],
])(
  "brings to %s what takes snapshots, whether there are any or not, and what restores one when asked",
  (_what, raw) => {
    const paths = files(plain(raw)).map(({ path }) => path);
    const taking = ["etcd_cluster.py", "object_store.py", "etcd-snapshot.py"].map((name) => `${LIB}/${name}`);
    expect(paths).toEqual(expect.arrayContaining([CONFIG, `${UNIT}.service`, `${UNIT}.timer`, ...taking]));
    const restore = ["/etc/hostroute/etcd-restore.env", `${LIB}/etcd-restore.py`, "/etc/systemd/system/etcd.service"];
    expect(more(plain(raw), restoring(raw)).sort()).toEqual(restore.sort());
  },
);

it("has none in releases without etcdutl", () => {
  expect(plain(DOCUMENTED_ERA)).not.toMatch(/snapshot|etcdutl|object_store/);
  expect(restoring(DOCUMENTED_ERA)).toBe(plain(DOCUMENTED_ERA));
});

it("installs etcdutl", () => {
  const artifacts = file(plain({}), "/etc/hostroute/artifacts.json")!.content;
  expect(artifacts).toContain('"/usr/local/bin/etcdutl": "etcd-v3.6.13-linux-amd64/etcdutl"');
});

it("looks once a minute, once etcd runs, and knows what etcd knows", () => {
  const text = plain(MEMBERS);
  expect(file(text, `${UNIT}.timer`)!.content).toContain("\nOnActiveSec=0\nOnUnitInactiveSec=60\n");
  const service = file(text, `${UNIT}.service`)!.content;
  expect(service).toMatch(/^After=.* etcd\.service$/m);
  expect(service).toContain(`ExecStart=${LIB}/etcd-snapshot.py ${CONFIG}\n`);
  const config = JSON.parse(file(text, CONFIG)!.content) as { flags: string[] };
  expect(config).toEqual({
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
  const text = restoring(raw);
  const etcd = file(text, "/etc/systemd/system/etcd.service")!.content;
  expect(etcd).toContain(`ExecStart=${before}${LIB}/etcd-restore.py \\\n  --name=`);
  expect(etcd).toContain("\nEnvironmentFile=/etc/hostroute/etcd-restore.env\n");
  expect(file(text, "/etc/hostroute/etcd-restore.env")).toEqual({
    path: "/etc/hostroute/etcd-restore.env",
    permissions: "0600",
    content: `RESTORE_FROM=latest\nRESTORE_GET=${RESTORE.get}\n`,
  });
});

it("gives each node of a control plane the same settings but for its own flags", () => {
  const spec = specOf(MEMBERS);
  const configs = spec.plan.controlPlane.map((node) => {
    const content = file(controlPlaneNodeUserData(spec, node, CONTROL_PLANE), CONFIG)!.content;
    return { ...(JSON.parse(content) as object), flags: undefined };
  });
  expect(new Set(configs.map((config) => JSON.stringify(config))).size).toBe(1);
});

it.each<[string, Raw]>([
  ["one member", {}],
  ["three members", MEMBERS],
])("takes little more room of the user-data of %s for a restore", (_what, raw) => {
  expect(packed(restoring(raw)).length - packed(plain(raw)).length).toBeLessThan(2_400);
});

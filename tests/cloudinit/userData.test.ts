import { gunzipSync } from "node:zlib";
import { parseCidr } from "../../components/addressing/ipv4";
import { controlPlaneNodeUserData } from "../../components/cloudinit/nodeUserData";
import { packed, USER_DATA_MAX_BYTES } from "../../components/cloudinit/packed";
import { Raw, DOCUMENTED_ERA, specOf } from "../fixtures";
import { CONTROL_PLANE, documents, documentsOf, eras, parsed, reviewable, scriptOf } from "./documents";
import { scripts } from "./scripts";

const file = (text: string, path: string) => parsed(text).write_files.find((each) => each.path === path)?.content;
const paths = (text: string) => parsed(text).write_files.map(({ path }) => path);

it.each(eras)("is, for the %s, as reviewed", (_name, text) => {
  expect(reviewable(text)).toMatchSnapshot();
});

it.each(documents)("ships, for the %s, scripts of components/cloudinit/files", (_name, text) => {
  const copies = parsed(text).write_files.filter(({ path }) => scriptOf(path));
  expect(copies.map(({ path }) => scriptOf(path))).toEqual(expect.arrayContaining(["packages.sh", "fetch.py"]));
  for (const { path, content } of copies) expect(content).toBe(scripts.get(scriptOf(path)!));
});

it("ships every script to some node", () => {
  const shipped = documents.flatMap(([, text]) => paths(text).map(scriptOf));
  expect([...scripts.keys()].filter((name) => !shipped.includes(name))).toEqual([]);
});

it.each(documents)("is, for the %s, a cloud-config whose files have distinct absolute paths", (_name, text) => {
  expect(text.startsWith("#cloud-config\n")).toBe(true);
  expect(Object.keys(parsed(text))).toEqual(["hostname", "preserve_hostname", "bootcmd", "write_files", "runcmd"]);
  const all = paths(text);
  expect(all).toEqual([...new Set(all)]);
  expect(all.filter((path) => !path.startsWith("/"))).toEqual([]);
  expect(packed(text).length).toBeLessThan(USER_DATA_MAX_BYTES);
});

it.each(documents)("keeps, for the %s, whatever holds a private key to root, and runs only scripts", (_name, text) => {
  for (const { path, permissions, content } of parsed(text).write_files) {
    const secret = /PRIVATE KEY-----|client-key-data|secret:|temp_url_sig/.test(content);
    const program = content.startsWith("#!");
    expect([path, permissions]).toEqual([path, secret ? "0600" : program ? "0755" : "0644"]);
  }
});

it.each(documents)("starts, for the %s, only units that it brings, and each of them", (_name, text) => {
  const enabled = (parsed(text).runcmd.at(-1) as string[]).slice(2);
  expect(enabled).toContain("hostroute.target");
  // A timer or a path starts its service, and what hands over starts what says so.
  const handsOver = enabled.includes("hostroute-etcd-hand-over.timer") ? ["hostroute-handed-over.service"] : [];
  const started = [...enabled, ...handsOver].flatMap((unit) => [unit, unit.replace(/\.(timer|path)$/, ".service")]);
  const units = [...new Set(started)].map((unit) => `/etc/systemd/system/${unit}`);
  expect(
    paths(text)
      .filter((path) => path.startsWith("/etc/systemd/system/"))
      .sort(),
  ).toEqual(units.sort());
});

it.each(documents)("has, for the %s, no unit that falls with another, or gives up", (_name, text) => {
  const units = parsed(text).write_files.filter(({ path }) => path.startsWith("/etc/systemd/system/"));
  for (const { path, content } of units) {
    expect(content).not.toMatch(/^(Requires|Requisite|BindsTo|PartOf|Conflicts)=/m);
    // A timer is what tries again.
    const timed = units.some((unit) => unit.path === path.replace(".service", ".timer"));
    if (!path.endsWith(".service") || timed) continue;
    expect([path, content]).toEqual([path, expect.stringMatching(/^StartLimitIntervalSec=0$/m)]);
    const oneshot = /^Type=oneshot$/m.test(content);
    expect([path, /^Restart=(.*)$/m.exec(content)?.[1]]).toEqual([path, oneshot ? "on-failure" : "always"]);
  }
});

it("gives a worker nothing of the control plane's, and no CA key", () => {
  const { worker } = documentsOf({});
  expect(paths(worker).filter((path) => /ca\.key|etcd|apiserver|scheduler|service-account/.test(path))).toEqual([]);
  expect(worker).not.toContain("etcd");
});

/** Pods, services, workers .2 to .199, control plane .250 to .254. */
const KNOW_PODS =
  "10.200.0.0/16 10.32.0.0/24 10.106.1.2/31 10.106.1.4/30 10.106.1.8/29 10.106.1.16/28 10.106.1.32/27 10.106.1.64/26 " +
  "10.106.1.128/26 10.106.1.192/29 10.106.1.250/31 10.106.1.252/31 10.106.1.254/32";

it("says the same of who knows pods, however many nodes there are: a worker is not replaced for another's sake", () => {
  const pool = { name: "worker", count: 1 };
  const others = [
    { ...pool, count: 9 },
    { name: "more", count: 5, firstSlot: 10 },
  ];
  const worker = (more: Raw) => documentsOf(more).worker;
  expect(worker({ workerPools: others })).toBe(worker({ workerPools: [pool] }));
  const members = (count: 1 | 3 | 5): Raw => ({ controlPlane: { count }, apiEndpoint: { kind: "vip" } });
  expect(worker(members(5))).toBe(worker(members(1)));
});

it("masquerades nothing towards what the operator lists, and keeps Services off the balancer before the API", () => {
  const now = documentsOf({
    network: { nonMasqueradeCidrs: ["192.0.2.0/24"] },
    apiEndpoint: { kind: "external", host: "10.106.1.240" },
  }).worker;
  expect(file(now, "/etc/hostroute/pod-network.env")).toContain(`NON_MASQUERADE="${KNOW_PODS} 192.0.2.0/24"\n`);
  expect(file(now, "/etc/hostroute/own-ports.nft")).toContain("ip daddr 10.106.1.240 tcp dport 443 dnat to ip daddr\n");
  for (const raw of [{}, { apiEndpoint: { kind: "external", host: "api.example.org" } }] satisfies Raw[])
    expect(file(documentsOf(raw).worker, "/etc/hostroute/own-ports.nft")).not.toContain("dport 443");
});

it("counts the API's own address among the control plane's: pods keep theirs towards it, and no Service takes it", () => {
  const { worker } = documentsOf({ controlPlane: { count: 3 } });
  const controlPlane = "10.106.1.250/31 10.106.1.252/31 10.106.1.254/32 10.106.1.199/32";
  expect(file(worker, "/etc/hostroute/pod-network.env")).toContain(` ${controlPlane}"\n`);
  expect(file(worker, "/etc/hostroute/own-ports.nft")).toContain(
    `ip daddr { ${controlPlane.replaceAll(" ", ", ")} } dnat to ip daddr\n`,
  );
  // No worker will ever be there, nor a next hop.
  expect(file(worker, "/etc/systemd/system/hostroute-learn-routes.service")).toMatch(/10\.106\.1\.198\/32 10\.200/);
  expect(file(worker, "/etc/kubernetes/kubelet.kubeconfig")).toContain("server: https://10.106.1.199:6443\n");
});

it("takes Octavia's balancer for a stranger, who knows no pods, and keeps Services off its port", () => {
  const { worker } = documentsOf({ apiEndpoint: { kind: "octavia" } });
  const known = /NON_MASQUERADE="(.*)"/.exec(file(worker, "/etc/hostroute/pod-network.env")!)![1]!.split(" ");
  expect(known.map(parseCidr).filter((range) => range.contains("10.106.1.199"))).toEqual([]);
  expect(file(worker, "/etc/hostroute/own-ports.nft")).toContain(
    "ip daddr 10.106.1.199 tcp dport 443 dnat to ip daddr\n",
  );
});

it("hands the podCIDR to containerd's template from 1.24 on, and leaves the bridge to kubelet before", () => {
  const now = documentsOf({}).worker;
  const cni = JSON.parse(file(now, "/etc/hostroute/cni.conflist")?.replace("@MTU@", "1500") ?? "") as {
    plugins: { type: string; ipMasq?: boolean; ipam?: { ranges: { subnet: string }[][] } }[];
  };
  expect(cni.plugins.map(({ type }) => type)).toEqual(["bridge", "portmap"]);
  expect(cni.plugins[0]?.ipMasq).toBe(false);
  expect(cni.plugins[0]?.ipam?.ranges).toEqual([[{ subnet: "{{.PodCIDR}}" }]]);
  expect(file(now, "/etc/hostroute/pod-network.env")).toBe(
    `POD_CIDR=10.200.0.0/24\nPOD_GATEWAY=10.200.0.1\nNON_MASQUERADE="${KNOW_PODS}"\nHOST_IP=10.106.1.2\n`,
  );
  const before = documentsOf(DOCUMENTED_ERA).worker;
  expect(paths(before).filter((path) => /cni|containerd|pod-network|kubelet\/config/.test(path))).toEqual([]);
});

it("takes the sandbox image and the mirror that the operator names, and writes the operator's files last", () => {
  const extra = { path: "/etc/extra", content: "x\n", permissions: "0640" };
  const { worker, "control plane": controlPlane } = documentsOf({
    images: { sandbox: "mirror.example/pause:1" },
    artifacts: { baseUrl: "http://mirror.example" },
    controlPlane: { extraFiles: [extra] },
    workerPools: [{ name: "worker", count: 1, extraFiles: [{ ...extra, path: "/etc/of-pool" }] }],
  });
  expect(file(worker, "/etc/containerd/config.toml")).toContain('sandbox = "mirror.example/pause:1"');
  const urls = JSON.parse(file(worker, "/etc/hostroute/artifacts.json") ?? "") as { url: string }[];
  expect(urls.filter(({ url }) => !url.startsWith("http://mirror.example/"))).toEqual([]);
  // Before the script that hands over to systemd.
  expect(parsed(worker).write_files.at(-2)).toEqual({ ...extra, path: "/etc/of-pool" });
  expect(parsed(controlPlane).write_files.at(-2)).toEqual(extra);
});

it("points nodes at the balancer where there is one, and each control-plane node's own programs at itself", () => {
  const { worker, "control plane": controlPlane } = documentsOf({
    controlPlane: { count: 3 },
    apiEndpoint: { kind: "external", host: "api.example.org" },
  });
  expect(file(worker, "/etc/kubernetes/kubelet.kubeconfig")).toContain("server: https://api.example.org\n");
  expect(file(worker, "/etc/systemd/system/kubelet.service")).toContain(
    "https://api.example.org dev-worker-0 10.200.0.0/24",
  );
  expect(file(controlPlane, "/etc/kubernetes/scheduler.kubeconfig")).toContain("server: https://10.106.1.250:6443\n");
});

/** etcd's unit on each control-plane node. */
const etcdUnits = (raw: Raw, begun?: boolean) => {
  const spec = specOf(raw);
  return spec.plan.controlPlane.map((node) => {
    const text = controlPlaneNodeUserData(spec, node, CONTROL_PLANE, begun);
    return {
      unit: file(text, "/etc/systemd/system/etcd.service")!,
      joins: paths(text).some((path) => path.endsWith(JOINS)),
    };
  });
};
const JOINS = "/etcd-member.py";
const BALANCER = { kind: "external" as const, host: "api.example.org" };

const states = (raw: Raw, begun?: boolean) =>
  etcdUnits(raw, begun).map(({ unit }) => /--initial-cluster-state=(\w+)/.exec(unit)?.[1]);

it("lets nobody begin another one once a cluster of several members has begun", () => {
  expect(states({ controlPlane: { count: 3 } }, true)).toEqual(["existing", "existing", "existing"]);
  expect(states({}, true)).toEqual(["new"]);
});

it("lets one member begin a cluster, and all others join it, where there are several", () => {
  const several = etcdUnits({ controlPlane: { count: 3 } });
  expect(states({ controlPlane: { count: 3 } })).toEqual(["new", "existing", "existing"]);
  for (const { unit, joins } of several) {
    expect(joins).toBe(true);
    expect(unit).toMatch(
      /^ExecStart=\S+\/etcd-member\.py \\\n {2}start \\\n {2}\/usr\/local\/bin\/etcd \\\n {2}--name=/m,
    );
    expect(unit).toMatch(/^ExecStartPost=-\S+\/etcd-member\.py promote$/m);
  }
});

it.each<[string, Raw]>([
  ["one member", {}],
  ["an etcd without learners", { ...DOCUMENTED_ERA, controlPlane: { count: 3 }, apiEndpoint: BALANCER }],
])("begins with all members there are, with %s", (_what, raw) => {
  for (const { unit, joins } of etcdUnits(raw)) {
    expect([unit, joins]).toEqual([expect.stringContaining("--initial-cluster-state=new"), false]);
    expect(unit).not.toContain(JOINS);
  }
});

it("is the same text for the same values", () => {
  expect(documentsOf({})).toEqual(documentsOf({}));
});

it.each(documents)("comes out, for the %s, as it went in", (_name, text) => {
  expect(gunzipSync(Buffer.from(packed(text), "base64")).toString()).toBe(text);
});

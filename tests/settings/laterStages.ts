import { parse as parseToml } from "smol-toml";
import * as yaml from "yaml";
import { addressAt, overlaps, parseCidr } from "../../components/addressing/ipv4";
import { controlPlaneNodeUserData, workerNodeUserData } from "../../components/cloudinit/nodeUserData";
import { artifactsOf, controlPlaneUpstream, workerUpstream } from "../../components/kubernetes/artifacts";
import { corefile } from "../../components/objects/dnsManifests";
import { nodeManifest } from "../../components/objects/nodeObjects";
import { ClusterSpec } from "../../components/settings/resolve";
import { groupNumber, groupPolicy } from "../../components/settings/serverGroups";
import { CloudConfig, CONTROL_PLANE, WORKER } from "../cloudinit/documents";

/*
 * What comes after the configuration, each asked whether it takes what was accepted. Rules are written again here, from the documents of
 * whoever refuses, so that an error in the program's own does not hide itself. Each finds all that is wrong at once: `expect` takes its
 * time, and there are many configurations.
 */

/** Go's durations (time.Duration, nanoseconds in 64 bits), and RFC 5280: no certificate is good for longer than its authority. */
export function certificates({ certificates }: ClusterSpec): void {
  const { validityHours, caValidityHours, earlyRenewalHours } = certificates;
  const hours = [earlyRenewalHours, validityHours, caValidityHours];
  expect(hours.filter((each) => each <= 0 || BigInt(each) * 3_600_000_000_000n >= 2n ** 63n)).toEqual([]);
  expect(hours.filter((each, i) => each >= (hours[i + 1] ?? Infinity))).toEqual([]);
}

const SPECIAL = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map(parseCidr);

/** Neutron and the kernel: ranges apart, every node at an address that a host can have, and the API's own at one that is nobody's. */
export function addresses(spec: ClusterSpec): void {
  const ranges = [spec.clusterCidr, spec.serviceCidr, spec.network.cidr].map(parseCidr);
  const clash = ranges.filter((range, i) =>
    [...ranges.slice(i + 1), ...SPECIAL].some((other) => overlaps(range, other)),
  );
  expect(clash.map(String)).toEqual([]);
  const subnet = ranges[2]!;
  const nodes = [...spec.plan.controlPlane, ...spec.plan.workers].map(({ address }) => address);
  const taken = [addressAt(subnet, 0), addressAt(subnet, subnet.size - 1), spec.layout.gateway];
  expect(nodes.filter((node, i) => !subnet.contains(node) || taken.includes(node) || nodes.indexOf(node) < i)).toEqual(
    [],
  );
  const { api = "" } = spec.layout;
  expect(["", ...nodes, ...taken].includes(api)).toBe(api === "");
  expect(api === "" || subnet.contains(api)).toBe(true);
  const { dnsServers } = spec.network;
  const nowhere = [...ranges.slice(0, 2), ...SPECIAL];
  expect(dnsServers.filter((at, i) => nowhere.some((r) => r.contains(at)) || dnsServers.indexOf(at) < i)).toEqual([]);
}

/** Who parses URLs: fetch.py's urllib and kubectl read them as the standard says. */
export function urls(spec: ClusterSpec): void {
  expect(new URL(spec.api.url).hostname).toBe(spec.api.host);
  const upstream = [controlPlaneUpstream, workerUpstream].flatMap((of) => of(spec.release, spec.artifacts));
  const odd = artifactsOf(upstream, spec.artifacts).filter(({ url }) => {
    const { href, username, password, search, hash } = new URL(url);
    // The standard leaves a scheme's own port out.
    const [read, written] = [href, url].map((text) => text.replace(/:(80|443)\//, "/"));
    return read !== written || username + password + search + hash !== "";
  });
  expect(odd).toEqual([]);
}

const LABEL = "[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?";
const DNS_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const KEY = new RegExp(String.raw`^(?:${DNS_LABEL}(?:\.${DNS_LABEL})*/)?(${LABEL})$`);
const VALUE = new RegExp(`^(?:${LABEL})?$`);
const NODE_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The API's validation of a Node object (apimachinery/pkg/util/validation; pkg/apis/core/validation, `validateNodeTaints`). */
export function nodeObjects(spec: ClusterSpec): void {
  for (const pool of spec.workerPools) {
    const worker = spec.plan.workers.find((each) => each.pool === pool.name);
    if (!worker) continue;
    const { metadata, spec: node } = nodeManifest(worker, pool);
    const taints = node.taints ?? [];
    const pairs = [...Object.entries(metadata.labels), ...taints.map(({ key, value }) => [key, value] as const)];
    const wrong = pairs.filter(([key, value]) => {
      const name = KEY.exec(key)?.[1];
      return name === undefined || name.length > 63 || !VALUE.test(value) || value.length > 63;
    });
    expect(wrong).toEqual([]);
    expect(new Set(taints.map(({ key, effect }) => `${key}:${effect}`)).size).toBe(taints.length);
    expect(metadata.name).toMatch(NODE_NAME);
  }
}

/** Nova: how many servers there are in a group (nova/conf/quota.py), and how large a volume is (schemas/servers.py, `volume_size`). */
export function servers({ controlPlane, workerPools, maxServerGroupMembers: most, plan }: ClusterSpec): void {
  const all = [...plan.controlPlane, ...plan.workers];
  const roles = [{ ...controlPlane, name: "control-plane" }, ...workerPools];
  for (const { name, serverGroup, count, rootVolume } of roles) {
    const policy = groupPolicy(serverGroup, count);
    const groups = all.flatMap(({ pool, index }) => (pool === name ? (groupNumber(policy, index, most) ?? []) : []));
    const sizes = [...new Set(groups)].map((number) => groups.filter((each) => each === number).length);
    expect(sizes.filter((size) => size > most)).toEqual([]);
    if (policy === "anti-affinity") expect(sizes.length).toBeLessThan(2);
    if (rootVolume) expect(Number.isInteger(rootVolume.size) && rootVolume.size > 0).toBe(true);
  }
}

/** CoreDNS's parser, which takes a word for each argument; and Linux's own ports. */
export function dnsAndPorts({ clusterDomain, nodePorts: [first, last] }: ClusterSpec): void {
  expect(corefile(clusterDomain)).toMatch(/^ {4}kubernetes [-a-z0-9]+(\.[-a-z0-9]+)+ in-addr\.arpa ip6\.arpa \{$/m);
  expect(1024 <= first && first <= last && last <= 32_767).toBe(true);
}

/** What a node makes of its user-data: YAML, files in it each in their own language, and the operator's files as they were given. */
export function userData(spec: ClusterSpec): void {
  documentOf(controlPlaneNodeUserData(spec, spec.plan.controlPlane[0]!, CONTROL_PLANE), spec.controlPlane, spec);
  for (const pool of spec.workerPools) {
    const worker = spec.plan.workers.find((each) => each.pool === pool.name);
    if (worker) documentOf(workerNodeUserData(spec, worker, WORKER), pool, spec);
  }
}

/** What PyYAML refuses, and what it reads as line breaks (yaml/reader.py, yaml/scanner.py). */
const NOT_FOR_PYYAML = /[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ud800-\udfff\ue000-\ufffd]/;
/** Where containerd's configuration names an image: in version 2 of the format, and in version 3. */
interface ContainerdPlugin {
  sandbox_image?: string;
  pinned_images?: { sandbox?: string };
}

/** A section, a setting, a command's next argument, a comment (systemd.syntax(7)). */
const UNIT_LINE = /^(\[[A-Z]\w+\]|[A-Z]\w+=.*| {2}\S.*|#.*|)$/;

function documentOf(text: string, { extraFiles }: Pick<ClusterSpec["controlPlane"], "extraFiles">, spec: ClusterSpec) {
  expect(NOT_FOR_PYYAML.exec(text)?.[0]).toBeUndefined();
  const { write_files: all } = yaml.parse(text, { version: "1.1" }) as CloudConfig;
  // The last one is the program's own, which hands over to systemd.
  const files = all.slice(0, -1);
  expect(new Set(all.map(({ path }) => path)).size).toBe(all.length);
  const own = files.slice(0, files.length - extraFiles.length);
  expect(files.slice(own.length)).toEqual(
    extraFiles.map(({ path, content, permissions }) => ({ path, permissions, content })),
  );
  for (const { path, content } of own) {
    if (path.endsWith(".json")) JSON.parse(content);
    if (/\.(yaml|kubeconfig)$/.test(path)) expect(yaml.parse(content)).toBeInstanceOf(Object);
    if (/\.(service|timer|path)$/.test(path))
      expect(content.split("\n").filter((line) => !UNIT_LINE.test(line))).toEqual([]);
    if (path.endsWith(".toml")) {
      const { plugins } = parseToml(content) as unknown as { plugins: Record<string, ContainerdPlugin> };
      const images = Object.values(plugins).flatMap(
        (plugin) => plugin.sandbox_image ?? plugin.pinned_images?.sandbox ?? [],
      );
      expect(images).toEqual([spec.images.sandbox]);
    }
  }
}

import { parse as parseToml } from "smol-toml";
import * as yaml from "yaml";
import { addressAt, overlaps, parseCidr } from "../../components/addressing/ipv4";
import { controlPlaneNodeUserData, workerNodeUserData } from "../../components/cloudinit/nodeUserData";
import { artifactsOf, controlPlaneUpstream, workerUpstream } from "../../components/kubernetes/artifacts";
import { controlPlaneRules, workerRules } from "../../components/network/securityRules";
import { corefile } from "../../components/objects/dnsManifests";
import { nodeManifest } from "../../components/objects/nodeObjects";
import { ClusterSpec } from "../../components/settings/resolve";
import { CloudConfig, CONTROL_PLANE, WORKER } from "../cloudinit/documents";

/*
 * What comes after the configuration, each asked in its own way whether it takes what was accepted. Rules are written again here, from the
 * documents of whoever refuses, so that an error in the program's own does not hide itself.
 */

/** Go's durations (time.Duration, nanoseconds in 64 bits), and RFC 5280: no certificate is good for longer than its authority. */
export function certificates({
  certificates: { validityHours, caValidityHours, earlyRenewalHours },
}: ClusterSpec): void {
  for (const hours of [validityHours, caValidityHours, earlyRenewalHours]) {
    const nanoseconds = BigInt(hours) * 3_600_000_000_000n;
    expect(BigInt.asIntN(64, nanoseconds)).toBe(nanoseconds);
    expect(hours).toBeGreaterThan(0);
  }
  expect(validityHours).toBeLessThan(caValidityHours);
  expect(earlyRenewalHours).toBeLessThan(validityHours);
}

const SPECIAL = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map(parseCidr);

/** Neutron and the kernel: ranges apart, every node at an address that a host can have. */
export function addresses(spec: ClusterSpec): void {
  const ranges = [spec.clusterCidr, spec.serviceCidr, spec.network.cidr].map(parseCidr);
  for (const [i, range] of ranges.entries())
    for (const other of [...ranges.slice(i + 1), ...SPECIAL]) expect(overlaps(range, other)).toBe(false);
  const subnet = ranges[2]!;
  const nodes = [...spec.plan.controlPlane, ...spec.plan.workers].map(({ address }) => address);
  expect(new Set(nodes).size).toBe(nodes.length);
  for (const address of nodes) {
    expect(subnet.contains(address)).toBe(true);
    expect([addressAt(subnet, 0), addressAt(subnet, subnet.size - 1), spec.layout.gateway]).not.toContain(address);
  }
  expect(new Set(spec.network.dnsServers).size).toBe(spec.network.dnsServers.length);
  for (const server of spec.network.dnsServers)
    for (const range of [...ranges.slice(0, 2), ...SPECIAL]) expect(range.contains(server)).toBe(false);
}

/** Who parses URLs: fetch.py's urllib and kubectl read them as the standard says. */
export function urls(spec: ClusterSpec): void {
  expect(new URL(spec.api.url).hostname).toBe(spec.api.host);
  const files = [
    ...controlPlaneUpstream(spec.release, spec.artifacts),
    ...workerUpstream(spec.release, spec.artifacts),
  ];
  for (const { url } of artifactsOf(files, spec.artifacts)) {
    const { href, username, password, search, hash } = new URL(url);
    expect(href.replace(/:(80|443)\//, "/")).toBe(url.replace(/:(80|443)\//, "/"));
    expect([username, password, search, hash]).toEqual(["", "", "", ""]);
  }
}

const LABEL = "[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?";
const KEY = new RegExp(
  String.raw`^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*/)?(${LABEL})$`,
);
const VALUE = new RegExp(`^(?:${LABEL})?$`);

/** The API's validation of a Node object (apimachinery/pkg/util/validation; pkg/apis/core/validation, `validateNodeTaints`). */
export function nodeObjects(spec: ClusterSpec): void {
  for (const pool of spec.workerPools) {
    const worker = spec.plan.workers.find((each) => each.pool === pool.name);
    if (!worker) continue;
    const { metadata, spec: node } = nodeManifest(worker, pool);
    const taints = node.taints ?? [];
    for (const [key, value] of [
      ...Object.entries(metadata.labels),
      ...taints.map((taint) => [taint.key, taint.value] as const),
    ]) {
      expect(key).toMatch(KEY);
      expect(KEY.exec(key)![1]!.length).toBeLessThanOrEqual(63);
      expect(value).toMatch(VALUE);
      expect(value.length).toBeLessThanOrEqual(63);
    }
    expect(new Set(taints.map(({ key, effect }) => `${key}:${effect}`)).size).toBe(taints.length);
    expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  }
}

/** Neutron's validation of rules, and CoreDNS's parser: a word for each argument. */
export function rulesAndDns(spec: ClusterSpec): void {
  const input = {
    access: spec.access,
    nodePorts: spec.nodePorts,
    clusterCidr: spec.clusterCidr,
    nodeCidr: spec.network.cidr,
  };
  for (const rules of [controlPlaneRules(input as never), workerRules(input as never)])
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  expect(corefile(spec.clusterDomain)).toMatch(/^ {4}kubernetes [-a-z0-9.]+ in-addr\.arpa ip6\.arpa \{$/m);
  const [first, last] = spec.nodePorts;
  expect(1024 <= first && first <= last && last <= 32_767).toBe(true);
}

/** What a node makes of its user-data: YAML, the files in it each in their own language, and the operator's files as they were given. */
export function userData(spec: ClusterSpec): void {
  const [node] = spec.plan.controlPlane;
  documentOf(controlPlaneNodeUserData(spec, node!, CONTROL_PLANE), spec.controlPlane.extraFiles, spec);
  for (const pool of spec.workerPools) {
    const worker = spec.plan.workers.find((each) => each.pool === pool.name);
    if (worker) documentOf(workerNodeUserData(spec, worker, WORKER), pool.extraFiles, spec);
  }
}

type Files = ClusterSpec["controlPlane"]["extraFiles"];

function documentOf(text: string, extraFiles: Files, spec: ClusterSpec): void {
  // Characters that PyYAML refuses, and those that it reads as line breaks (yaml/reader.py, yaml/scanner.py).
  expect(text).not.toMatch(/[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ud800-\udfff\ue000-\ufffd]/);
  // YAML 1.1, as PyYAML reads it.
  const { write_files: files } = yaml.parse(text, { version: "1.1" }) as CloudConfig;
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  for (const file of files)
    expect([typeof file.path, typeof file.content, typeof file.permissions]).toEqual(Array(3).fill("string"));
  expect(files.slice(files.length - extraFiles.length)).toEqual(
    extraFiles.map(({ path, content, permissions }) => ({ path, permissions, content })),
  );
  const own = files.slice(0, files.length - extraFiles.length);
  for (const { path, content } of own) {
    if (path.endsWith(".json")) JSON.parse(content);
    if (/\.(yaml|kubeconfig)$/.test(path)) expect(yaml.parse(content)).toBeInstanceOf(Object);
    if (/\.(service|timer|path)$/.test(path))
      for (const line of content.split("\n")) expect(line).toMatch(/^(\[[A-Z]\w+\]|[A-Z]\w+=.*| {2}\S.*|#.*|)$/);
    if (path.endsWith(".toml")) {
      const { plugins } = parseToml(content) as { plugins: Record<string, { sandbox_image: string }> };
      expect(plugins["io.containerd.grpc.v1.cri"]?.sandbox_image).toBe(spec.images.sandbox);
    }
  }
}

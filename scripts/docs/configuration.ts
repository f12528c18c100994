import { addressAt, offsetIn, parseCidr } from "../../components/addressing/ipv4";
import { defaultApiAddress, defaultLayout } from "../../components/addressing/subnetLayout";
import { controlPlaneUpstream, workerUpstream } from "../../components/kubernetes/artifacts";
import { DEFAULT_RELEASE } from "../../components/kubernetes/releases";
import { releaseSets } from "../../components/kubernetes/releaseTable";
import { SettingKey, withInner } from "../../components/settings/keys";
import { resolve } from "../../components/settings/resolve";
import { Settings } from "../../components/settings/schema";
import { firstSentence, inlineYaml, markdownTable } from "./markdown";

/** The generated parts of docs/configuration.md: a table for the top level, one for each key that has keys inside. */
export function configurationBlocks(keys: readonly SettingKey[], defaults: Settings): Record<string, string> {
  const sections = keys.filter((key) => key.keys.length > 0);
  return {
    "configuration types": typesTable(keys),
    configuration: keyTable(keys.filter((key) => key.keys.length === 0)),
    ...Object.fromEntries(sections.map((key) => [`configuration ${key.path}`, section(key)])),
    "node subnet layout": layoutTable(defaults.network.cidr),
    "upstream files": upstreamFiles(defaults),
    releases: releasesTable(),
  };
}

/** README.md's table: every top-level key in one sentence. */
export function configurationOverview(keys: readonly SettingKey[]): string {
  const rows = keys.map((key) => {
    const anchor = key.keys.length > 0 ? key.path.toLowerCase() : "cluster";
    return [`[\`${key.path}\`](docs/configuration.md#${anchor})`, defaultText(key), firstSentence(key.description)];
  });
  return markdownTable([["key (`hostroute:`)", "default", "meaning"], ...rows]);
}

function section(key: SettingKey): string {
  const preset = key.type === "array" ? ` Default: ${inlineYaml(key.default)}.` : "";
  return `${key.description}${preset}\n\n${keyTable(key.keys)}`;
}

/** A line for each key and for every key inside of it. */
function keyTable(keys: readonly SettingKey[]): string {
  const rows = keys.flatMap(withInner).map((key) => {
    // A list's items are bounded, not the list.
    const bounds = key.allowed ?? (key.item?.allowed && `each ${key.item.allowed}`);
    const allowed = [bounds, key.rule].filter((text) => text !== undefined).join("; ");
    return [`\`${key.path}\``, typeText(key), defaultText(key), key.description, allowed];
  });
  return markdownTable([["key", "type", "default", "meaning", "allowed"], ...rows]);
}

function typeText({ type, form, item, unit }: SettingKey): string {
  const name = (of: NonNullable<SettingKey["item"]>) => of.form?.name ?? of.type;
  if (item) return `${type === "array" ? "list" : "map"} of ${plural(name(item))}`;
  return `${name({ type, form })}${unit ? `, ${unit}` : ""}`;
}

const plural = (noun: string) => (noun.endsWith("s") ? `${noun}es` : `${noun}s`);

function defaultText({ required, default: value, whenUnset }: SettingKey): string {
  if (value === undefined) return whenUnset ?? (required ? "required" : "");
  return [inlineYaml(value), whenUnset].filter((text) => text !== undefined).join(": ");
}

/** How texts are written whose type has a name of its own, in the order in which they come up. */
function typesTable(keys: readonly SettingKey[]): string {
  const forms = keys.flatMap(withInner).flatMap(({ form, item }) => form ?? item?.form ?? []);
  const meanings = new Map(forms.map(({ name, meaning }) => [name, meaning]));
  return markdownTable([["type", "written as"], ...meanings]);
}

/** The default layout of the default node subnet, and of the smallest one at the same place. */
function layoutTable(cidr: string): string {
  const subnets = [cidr, cidr.replace(/\/\d+$/, "/28")];
  const rows = subnets.map((subnet) => {
    const block = parseCidr(subnet);
    const { gateway, firstWorker, allocationPools, firstControlPlane } = defaultLayout(block);
    const pool = allocationPools[0]!;
    const workers = `${firstWorker} to ${addressAt(block, offsetIn(block, pool.start) - 1)}`;
    const controlPlane = `${firstControlPlane} to ${addressAt(block, block.size - 2)}`;
    return [subnet, gateway, workers, defaultApiAddress(block), `${pool.start} to ${pool.end}`, controlPlane];
  });
  const api = "the API's own, for kinds that have one";
  return markdownTable([["node subnet", "gateway", "workers", api, "allocation pool", "control plane"], ...rows]);
}

/** The releases that the program pins, with what belongs to each. */
function releasesTable(): string {
  const rows = releaseSets.map(({ kubernetes, etcd, containerd, runc, cniPlugins, coredns, pause }) => {
    const own = kubernetes === DEFAULT_RELEASE ? `${kubernetes} (default)` : kubernetes;
    return [own, etcd, containerd, runc, cniPlugins, coredns, pause];
  });
  return markdownTable([["Kubernetes", "etcd", "containerd", "runc", "CNI plugins", "CoreDNS", "pause"], ...rows]);
}

/** What the nodes download with the default releases, as it lies on a mirror. */
function upstreamFiles(defaults: Settings): string {
  const { release, artifacts } = resolve(defaults);
  const files = [...controlPlaneUpstream(release, artifacts), ...workerUpstream(release, artifacts)];
  return files.map(({ file }) => `- \`${file}\``).join("\n");
}

import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";

/** A file of the node, as cloud-init's `write_files` takes it. */
export interface NodeFile {
  path: string;
  content: string;
  /** Octal mode; default 0644. Anything with a key is 0600. */
  permissions?: string;
}

/** A systemd unit of the node. */
export interface Unit {
  /** With its ending: `kubelet.service`. */
  name: string;
  content: string;
  /** Whether it is enabled, and started at first boot. Else another unit brings it up: its timer, or one that requires it. */
  enabled: boolean;
}

export type NodeContent = NodeFile | Unit;

/** A cloud-config document before it is text. */
export interface CloudConfig {
  hostname: string;
  /** Files and units in the order in which they are written, a later one over an earlier one, and units started. */
  contents: readonly NodeContent[];
}

/** Nova's limit for user data, counted after base64 (nova/api/openstack/compute/schemas/servers.py: maxLength 65535). */
export const USER_DATA_MAX_BYTES = 65_535;

/** The bytes that Nova counts for a document. */
export function encodedBytes(userData: string): number {
  return Math.ceil(Buffer.byteLength(userData) / 3) * 4;
}

/** A file that comes with the program, beside this module. */
export function shipped(name: string): string {
  return fs.readFileSync(path.join(__dirname, "files", name), "utf8");
}

/**
 * The `#cloud-config` text. Units are started in one job without waiting, so that a unit which waits for another machine
 * does not hold up cloud-init; systemd's ordering between them does the rest.
 */
export function renderCloudConfig({ hostname, contents }: CloudConfig): string {
  const units = contents.flatMap((each) => (isUnit(each) && each.enabled ? [each.name.replace(/\.service$/, "")] : []));
  const document = {
    hostname: scalar(hostname),
    // The host name must stay the certificate's, whatever the metadata service calls the instance.
    preserve_hostname: false,
    write_files: contents
      .map(fileOf)
      .map(({ path, content, permissions = "0644" }) => ({ path, permissions, content: scalar(content) })),
    runcmd: [
      ["/usr/local/lib/hostroute/packages.sh"],
      ["systemctl", "restart", "systemd-modules-load.service", "systemd-sysctl.service"],
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", ...units],
      ["systemctl", "start", "--no-block", ...units],
    ],
  };
  return `#cloud-config\n${yaml.stringify(document, { lineWidth: 0 })}`;
}

/**
 * A text as cloud-init's YAML reader gives it back. That is PyYAML: of YAML 1.1, where `on` is a boolean, `1:30` a number and `2001-01-10` a date,
 * and with faults of its own: `=`, tabs within a line, blocks that begin with white space. So all is in quotes but whole lines of text,
 * and names such as `dev-worker-0`.
 */
function scalar(text: string | undefined): yaml.Scalar | undefined {
  // A key that somebody's mocks leave out.
  if (text === undefined) return undefined;
  const node = new yaml.Scalar(text);
  const plain = text.includes("\n") ? !/^\s*\n/.test(text) : /^[a-z]\w*-[\w-]+$/.test(text);
  if (!plain) node.type = yaml.Scalar.QUOTE_DOUBLE;
  return node;
}

const isUnit = (each: NodeContent): each is Unit => "enabled" in each;

const fileOf = (each: NodeContent): NodeFile =>
  isUnit(each) ? { path: `/etc/systemd/system/${each.name}`, content: each.content } : each;

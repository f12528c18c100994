import * as yaml from "yaml";
import { PKI } from "../kubernetes/flags/paths";
import { shipped } from "./shipped";

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
  /** Whether it is started at every boot. Else another unit brings it up: its timer, or one that needs it. */
  enabled: boolean;
}

export type NodeContent = NodeFile | Unit;

/** A cloud-config document before it is text. */
export interface CloudConfig {
  hostname: string;
  /** The program's own files and units: none twice. Units are enabled in this order. */
  contents: readonly NodeContent[];
  /** The operator's, written after the program's own: a later one over an earlier one. */
  extraFiles: readonly NodeFile[];
}

/** Where the node's own scripts are. */
export const LIB = "/usr/local/lib/hostroute";

/** A script of the node that comes with the program. */
export const script = (name: string): NodeFile => ({
  path: `${LIB}/${name}`,
  permissions: "0755",
  content: shipped(name),
});

/** What scripts of the node import. */
export const library = (name: string): NodeFile => ({ ...script(name), permissions: "0644" });

/**
 * There once systemd has taken over: files and units are on the disk, and enabled. In the instance's own folder, so that an image made
 * of a node brings none along.
 */
export const MARK = "/var/lib/cloud/instance/hostroute-first-boot";
const FIRST_BOOT = `${LIB}/first-boot.sh`;

/**
 * cloud-init notes each module as done before it runs (helpers.py: Runners.run, FileSemaphores._acquire), and would leave out whatever a
 * power cut had interrupted. `bootcmd` runs at every boot and before `write_files` (cc_bootcmd.py: PER_ALWAYS; cloud.cfg), so until the
 * mark is there it makes cloud-init forget, and every boot is a first one.
 */
const FORGET = `[ -e ${MARK} ] || rm -f /var/lib/cloud/instance/sem/config_* ${FIRST_BOOT}`;

/** `first-boot.sh` is the last file, so where it cannot be run, others may be missing, too: a full disk. */
const COMPLETE = `until [ -x ${FIRST_BOOT} ]; do sleep 5; cloud-init single --name write_files --frequency always; done`;

/** The `#cloud-config` text. cloud-init writes the files and hands over to systemd, which does everything that takes time or can fail. */
export function renderCloudConfig({ hostname, contents, extraFiles }: CloudConfig): string {
  const units = contents.flatMap((each) => (isUnit(each) && each.enabled ? [each.name] : []));
  const document = {
    hostname: scalar(hostname),
    // The host name must stay the certificate's, whatever the metadata service calls the instance.
    preserve_hostname: false,
    bootcmd: [FORGET],
    write_files: [...likeBesideLike(contents.map(fileOf)), ...extraFiles, script("first-boot.sh")].map(
      ({ path, content, permissions = "0644" }) => ({ path, permissions, content: scalar(content) }),
    ),
    runcmd: [COMPLETE, [FIRST_BOOT, MARK, ...units]],
  };
  // Every line of every file bears the indentation.
  return `#cloud-config\n${yaml.stringify(document, { lineWidth: 0, indent: 1, indentSeq: false })}`;
}

/**
 * Files by kind, keys and certificates last. Deflate sees no further back than 32 KiB and has a code for each stretch of the text, so
 * scattered they would take more (docs/decisions/0041-room-in-user-data.md).
 */
const likeBesideLike = (files: readonly NodeFile[]) => [...files].sort((a, b) => kindOf(a) - kindOf(b));

function kindOf({ path }: NodeFile): number {
  if (path.startsWith(`${PKI}/`)) return 4;
  return [/\.sh$/, /\.py$/, /^\/etc\/systemd\//, /^/].findIndex((kind) => kind.test(path));
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

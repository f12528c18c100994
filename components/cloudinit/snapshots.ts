import { RenderOptions, renderFlags } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { membersJoin, versionText } from "../kubernetes/version";
import { FETCH } from "./common";
import { LIB, library, NodeContent, NodeFile, script } from "./document";
import { program, timedUnits } from "./units";

/** Snapshots of etcd in an object store, and perhaps one to begin with. */
export interface Snapshots {
  /** Temporary URLs for the folder of this cluster's snapshots (backup/tempUrl.ts), to write and to read. Secrets. */
  put: string;
  get: string;
  /** Seconds from the end of one snapshot to the next. */
  interval: number;
  /** Seconds until the store deletes one. */
  keep: number;
  /** An object's name without its folder, or `latest`: what a new cluster begins with. Default: with nothing. */
  restoreFrom?: string | undefined;
}

/** What a control-plane node has for them. */
export interface Snapshotting {
  contents: readonly NodeContent[];
  /** What etcd's unit starts. */
  etcd: string;
  /** Lines of its [Service] section. */
  settings: readonly string[];
}

const CONFIG = "/etc/hostroute/etcd-snapshots.json";
const RESTORE = "/etc/hostroute/etcd-restore.env";

/** Releases before 1.22 have none: their etcd has no etcdutl. */
export function snapshotting(
  values: FlagValues,
  options: RenderOptions,
  snapshots: Snapshots | undefined,
): Snapshotting {
  const etcd = program("etcd");
  if (!snapshots || !membersJoin(options.release)) return { contents: [], etcd, settings: [] };
  const taking = takingFiles(values, options, snapshots);
  if (snapshots.restoreFrom === undefined) return { contents: taking, etcd, settings: [] };
  return {
    contents: [...taking, script("etcd-restore.py"), restoreFile(snapshots.get, snapshots.restoreFrom)],
    etcd: `${LIB}/etcd-restore.py`,
    // systemd reads it as root; etcd's user need not.
    settings: [`EnvironmentFile=${RESTORE}`],
  };
}

const restoreFile = (get: string, from: string): NodeFile => ({
  path: RESTORE,
  permissions: "0600",
  content: `RESTORE_FROM=${from}\nRESTORE_GET=${get}\n`,
});

function takingFiles(values: FlagValues, options: RenderOptions, { put, interval, keep }: Snapshots): NodeContent[] {
  const config = {
    put,
    keep,
    kubernetes: versionText(options.release),
    folder: "/var/lib/hostroute/snapshot",
    flags: renderFlags("etcd", values, options),
  };
  return [
    // Several members have it anyway (etcdMember.ts).
    ...(values.controlPlane.length === 1 ? [library("etcd_cluster.py")] : []),
    library("object_store.py"),
    script("etcd-snapshot.py"),
    { path: CONFIG, permissions: "0600", content: `${JSON.stringify(config, undefined, 1)}\n` },
    ...timedUnits({
      name: "hostroute-etcd-snapshot",
      description: "Snapshot of etcd to the object store",
      command: `${LIB}/etcd-snapshot.py ${CONFIG}`,
      needs: [FETCH, "etcd.service"],
      seconds: interval,
      settings: [
        "SyslogLevel=notice",
        "LogLevelMax=notice",
        // The script has an end of its own before that.
        "TimeoutStartSec=4000",
        // etcd and the API come first.
        "Nice=10",
        "IOSchedulingClass=idle",
        "ProtectSystem=full",
        "ProtectHome=yes",
        "PrivateTmp=yes",
      ],
    }),
  ];
}

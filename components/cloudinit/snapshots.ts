import { RenderOptions, renderFlags } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { membersJoin } from "../kubernetes/version";
import { FETCH } from "./common";
import { LIB, library, NodeContent, NodeFile, script } from "./document";
import { program, serviceUnit, timedUnits } from "./units";

/** What a new cluster of etcd begins with. */
export interface Restore {
  /** Temporary URL of the folder of snapshots, to read (backup/tempUrl.ts). A secret. */
  get: string;
  /** An object's name without its folder, or `latest`. */
  from: string;
  /** What `latest` has to be the final one of: an only member's server, and which word to it. Absent: it need not be a final one. */
  final?: string | undefined;
}

/** What a control-plane node has for snapshots. */
export interface Snapshotting {
  contents: readonly NodeContent[];
  /** What etcd's unit starts. */
  etcd: string;
  /** Lines of its [Service] section. */
  settings: readonly string[];
}

const CONFIG = "/etc/hostroute/etcd-snapshots.json";
const RESTORE = "/etc/hostroute/etcd-restore.env";
/** Where they go, and how often, is asked at each tick: both may change while the server runs. */
const TICK_SECONDS = 60;

/** Releases before 1.22 have none: their etcd has no etcdutl. */
export function snapshotting(values: FlagValues, options: RenderOptions, restore: Restore | undefined): Snapshotting {
  const etcd = program("etcd");
  if (!membersJoin(options.release)) return { contents: [], etcd, settings: [] };
  const taking = takingFiles(values, options);
  if (!restore) return { contents: taking, etcd, settings: [] };
  return {
    contents: [...taking, script("etcd-restore.py"), restoreFile(restore)],
    etcd: `${LIB}/etcd-restore.py`,
    // systemd reads it as root; etcd's user need not.
    settings: [`EnvironmentFile=${RESTORE}`],
  };
}

const restoreFile = ({ get, from, final }: Restore): NodeFile => ({
  path: RESTORE,
  permissions: "0600",
  content: `RESTORE_FROM=${from}\nRESTORE_GET=${get}\n${final === undefined ? "" : `RESTORE_FINAL="${final}"\n`}`,
});

/** There from the moment on in which an only member hands over: then nothing of Kubernetes starts any more. */
export const HANDED_OVER = "/var/lib/hostroute/handed-over";
const HAND_OVER = `${LIB}/etcd-hand-over.py`;

/** How an only member's data comes to the server in its server's place. */
const handingOver = (): NodeContent[] => [
  script("etcd-hand-over.py"),
  ...timedUnits({
    name: "hostroute-etcd-hand-over",
    description: "Hands etcd's data over when the stack asks for it",
    command: `${HAND_OVER} ${CONFIG}`,
    needs: [FETCH, "etcd.service"],
    seconds: 10,
    settings: ["SyslogLevel=notice", "LogLevelMax=notice", "TimeoutStartSec=4000", "ProtectHome=yes", "PrivateTmp=yes"],
  }),
  serviceUnit({
    name: "hostroute-handed-over",
    description: "Says that this server's data is handed over",
    needs: [],
    started: "by another unit",
    command: [HAND_OVER, CONFIG, "serve"],
  }),
];

function takingFiles(values: FlagValues, options: RenderOptions): NodeContent[] {
  const config = {
    folder: "/var/lib/hostroute/snapshot",
    flags: renderFlags("etcd", values, options),
  };
  return [
    // Several members have the first anyway (etcdMember.ts), and replace one another.
    ...(values.controlPlane.length === 1 ? [library("etcd_cluster.py"), ...handingOver()] : []),
    library("etcd_snapshots.py"),
    library("object_store.py"),
    script("etcd-snapshot.py"),
    { path: CONFIG, content: `${JSON.stringify(config, undefined, 1)}\n` },
    ...timedUnits({
      name: "hostroute-etcd-snapshot",
      description: "Snapshot of etcd to the object store",
      command: `${LIB}/etcd-snapshot.py ${CONFIG}`,
      needs: [FETCH, "etcd.service"],
      seconds: TICK_SECONDS,
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

import { RenderOptions, renderFlags } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { membersJoin } from "../kubernetes/version";
import { LIB, library, NodeContent, script } from "./document";
import { timedUnits } from "./units";

const MEMBER = `${LIB}/etcd-member.py`;

/** What etcd's unit has besides, where there are members to join. */
export interface Joining {
  contents: readonly NodeContent[];
  /** What comes before etcd's own command line. */
  starter: readonly string[];
  /** Lines of its [Service] section. */
  settings: readonly string[];
}

/**
 * How a member joins the others, comes back after it has lost its data, and leaves. Nothing where it is alone: a single member has nobody
 * to join. Until it is promoted the unit counts as starting, and the API server comes after it: a learner answers hardly anything.
 */
export function joining(values: FlagValues, options: RenderOptions): Joining {
  if (values.controlPlane.length === 1 || !membersJoin(options.release))
    return { contents: [], starter: [], settings: [] };
  return {
    contents: [
      library("etcd_cluster.py"),
      script("etcd-member.py"),
      script("etcd-report.py"),
      ...timedUnits({
        name: "hostroute-etcd-report",
        description: "etcd's members, as the stack wants and as it sees them",
        command: [`${LIB}/etcd-report.py`, ...renderFlags("etcd", values, options)].join(" \\\n  "),
        needs: [],
        seconds: 15,
        settings: [
          "SyslogLevel=notice",
          "LogLevelMax=notice",
          "TimeoutStartSec=120",
          "ProtectSystem=full",
          "ProtectHome=yes",
          "PrivateTmp=yes",
        ],
      }),
    ],
    starter: [MEMBER, "start"],
    // Whatever comes of it, etcd runs on.
    settings: [`ExecStartPost=-${MEMBER} promote`],
  };
}

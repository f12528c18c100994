import { RenderOptions } from "../kubernetes/flags/render";
import { FlagValues } from "../kubernetes/flags/types";
import { MEMBERS_JOIN_FROM } from "../kubernetes/version";
import { LIB, NodeFile, script } from "./document";

const PROGRAM = `${LIB}/etcd-member.py`;

/** What etcd's unit has besides, where there are members to join. */
export interface Joining {
  files: readonly NodeFile[];
  /** What comes before etcd's own command line. */
  command: readonly string[];
  /** Lines of the [Service] section. */
  settings: readonly string[];
}

/**
 * How a member joins the others, and comes back after it has lost its data. Nothing where it is alone: a single member has nobody to join.
 * Until it is promoted the unit counts as starting, and the API server comes after it: a learner answers hardly anything.
 */
export function joining({ controlPlane }: FlagValues, { release }: RenderOptions): Joining {
  if (controlPlane.length === 1 || release.minor < MEMBERS_JOIN_FROM) return { files: [], command: [], settings: [] };
  return {
    files: [script("etcd-member.py")],
    command: [PROGRAM, "start"],
    // Whatever comes of it, etcd runs on.
    settings: [`ExecStartPost=-${PROGRAM} promote`],
  };
}

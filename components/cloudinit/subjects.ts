import { createHash } from "node:crypto";
import * as yaml from "yaml";
import { parseCidr } from "../addressing/ipv4";
import { slotCapacity } from "../addressing/podCidr";
import { PlannedControlPlane } from "../addressing/routePlan";
import { nodeRanges } from "../addressing/subnetLayout";
import { FIRST } from "../settings/generations";
import { ClusterSpec } from "../settings/resolve";
import { ARTIFACTS } from "./common";
import { controlPlaneNodeUserData, UserDataSpec } from "./nodeUserData";
import { controlPlane } from "./placeholders";

/** What user-data is about, as an operator would say it. */
export type UserDataSubject = "programs" | "flags" | "extraFiles" | "otherFiles";

interface Document {
  write_files: { path: string }[];
}

/** The units of Kubernetes' programs and etcd's: what they are started with. */
const FLAGS = /^\/etc\/systemd\/system\/(etcd|kube-[a-z-]+)\.service$/;

/**
 * A control-plane node's user-data as a digest for each subject, to say what has changed. It follows from the configuration alone, with
 * nobody's keys in it: so it is known before anything is made. The node counts as the only one: being one of several, and the address that those
 * hold, can come and go without a new server for it.
 */
export function userDataSubjects(
  spec: UserDataSpec & Pick<ClusterSpec, "layout">,
  node: PlannedControlPlane,
): Record<UserDataSubject, string> {
  // No worker has the address that several hold.
  const layout = { ...spec.layout, api: undefined };
  const slots = slotCapacity(parseCidr(spec.clusterCidr), spec.nodeMask);
  const alone = {
    ...spec,
    plan: { ...spec.plan, controlPlane: [node] },
    api: { ...spec.api, kind: "server" as const },
    nodeRanges: nodeRanges(parseCidr(spec.network.cidr), layout, slots),
  };
  const { write_files: files, ...rest } = yaml.parse(
    controlPlaneNodeUserData(alone, node, controlPlane({ ...spec.keys, authorities: FIRST })),
  ) as Document;
  const extra = new Set(spec.controlPlane.extraFiles.map(({ path }) => path));
  const subject = (path: string): UserDataSubject => {
    if (extra.has(path)) return "extraFiles";
    if (path === ARTIFACTS) return "programs";
    return FLAGS.test(path) ? "flags" : "otherFiles";
  };
  const of = (wanted: UserDataSubject, more: object = {}) =>
    digest([...files.filter(({ path }) => subject(path) === wanted), more]);
  return {
    programs: of("programs"),
    flags: of("flags"),
    extraFiles: of("extraFiles"),
    otherFiles: of("otherFiles", rest),
  };
}

/** Sixteen hexadecimal digits: it is kept in the state, and compared with its like. */
export const digest = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

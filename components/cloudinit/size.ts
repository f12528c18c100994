import { PlannedControlPlane } from "../addressing/routePlan";
import { Problem } from "../settings/problem";
import { ClusterSpec } from "../settings/resolve";
import { controlPlaneNodeUserData, UserDataSpec, workerNodeUserData } from "./nodeUserData";
import { controlPlaneOwn, overOwn, Own, workerOwn } from "./ownFiles";
import { packed, USER_DATA_MAX_BYTES } from "./packed";
import { controlPlane as controlPlaneOf, RESTORE, worker as workerOf } from "./placeholders";

/**
 * What is wrong with a cluster's user-data, found before any key is made: rendered with placeholders at least as long as real keys.
 * Each pool once: its nodes' documents differ by a few digits only.
 */
export function userDataProblems(spec: UserDataSpec & Pick<ClusterSpec, "snapshots">): Problem[] {
  const controlPlane = spec.plan.controlPlane[0];
  const credentials = controlPlaneOf(spec.keys);
  // Where there are snapshots, a server may have to begin with one, and that is no time to be refused.
  const restore = spec.snapshots && RESTORE;
  const ofControlPlane = (from: UserDataSpec, node: PlannedControlPlane) =>
    controlPlaneNodeUserData(from, node, credentials, false, restore);
  const bare = {
    ...spec,
    controlPlane: { ...spec.controlPlane, extraFiles: [] },
    workerPools: spec.workerPools.map((pool) => ({ ...pool, extraFiles: [] })),
  };
  return [
    ...(controlPlane
      ? problemsOf(
          "controlPlane.extraFiles",
          undefined,
          ofControlPlane(spec, controlPlane),
          spec.controlPlane.extraFiles,
          () => controlPlaneOwn(spec, ofControlPlane(bare, controlPlane)),
        )
      : []),
    ...spec.workerPools.flatMap((pool, i) => {
      const node = spec.plan.workers.find((worker) => worker.pool === pool.name);
      return node
        ? problemsOf(
            `workerPools[${i}].extraFiles`,
            `of pool ${pool.name}`,
            workerNodeUserData(spec, node, workerOf(spec.keys)),
            pool.extraFiles,
            () => workerOwn(spec, workerNodeUserData(bare, node, workerOf(spec.keys))),
          )
        : [];
    }),
  ];
}

/** What is wrong with one node's: files over the program's own, and more than Nova takes. */
function problemsOf(
  key: string,
  value: string | undefined,
  userData: string,
  files: readonly { path: string }[],
  own: () => Own,
): Problem[] {
  const bytes = Buffer.byteLength(packed(userData));
  return [
    ...(files.length > 0 ? overOwn(key, files, own()) : []),
    ...(bytes > USER_DATA_MAX_BYTES
      ? [
          {
            key,
            value,
            problem: `makes user-data of up to ${bytes} bytes, compressed and in base64, but Nova accepts ${USER_DATA_MAX_BYTES}`,
            remedy: "Shorten its extraFiles: put large files into the image, or have the node download them.",
          },
        ]
      : []),
  ];
}

import { PlannedControlPlane } from "../../addressing/routePlan";
import { UserDataSpec } from "../../cloudinit/nodeUserData";
import { digest, UserDataSubject, userDataSubjects } from "../../cloudinit/subjects";
import { ClusterSpec } from "../../settings/resolve";
import { zoneOf } from "../../settings/zones";

/** What a server is made with, as a digest by subject. */
export type Subjects = Record<Subject, string>;
export type Subject = UserDataSubject | "image" | "sshPublicKey" | "availabilityZones";

export type SubjectSpec = Pick<ClusterSpec, "sshPublicKey" | "layout" | "snapshots"> & UserDataSpec;

/** Of the configuration, what cannot change on a control-plane server that runs. */
export const subjectsOf = (spec: SubjectSpec, node: PlannedControlPlane): Subjects => {
  const { image, rootVolume, availabilityZones } = spec.controlPlane;
  return {
    image: digest({ image, rootVolume }),
    sshPublicKey: digest(spec.sshPublicKey ?? ""),
    availabilityZones: digest(zoneOf(availabilityZones, node.index) ?? ""),
    ...userDataSubjects(spec, node),
  };
};

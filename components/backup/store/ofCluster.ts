import * as pulumi from "@pulumi/pulumi";
import { ClusterSpec, SnapshotSpec } from "../../settings/resolve";
import { SnapshotStore } from ".";

/** A cluster's store. Its URLs live as long as certificates do, and are renewed like them: an operator has one rhythm for all that ends. */
export const snapshotStoreOf = (
  name: string,
  { container, prefix, restoreFrom }: SnapshotSpec,
  { validityHours, earlyRenewalHours }: ClusterSpec["certificates"],
  opts: pulumi.CustomResourceOptions,
) =>
  new SnapshotStore(
    name,
    { container, prefix, validityHours, earlyRenewalHours, ...(restoreFrom === undefined ? {} : { restoreFrom }) },
    opts,
  );

import * as pulumi from "@pulumi/pulumi";

/** What is picked of that which is given, or else the cluster's own. */
export const chosen = <T, U>(
  given: pulumi.Output<T | undefined>,
  pick: (given: T) => U,
  own: pulumi.Input<U>,
): pulumi.Output<U> =>
  pulumi
    .all([given, own])
    .apply(([found, otherwise]) => (found === undefined ? otherwise : pick(found as T))) as pulumi.Output<U>;

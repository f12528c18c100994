import * as pulumi from "@pulumi/pulumi";

/**
 * What follows from an output whose value is whole. A provider always gives what its schema promises; the mocks of somebody's
 * unit tests may not, and must not break them: then what follows is missing like the rest.
 * @param missing what stands in then; default: undefined, as for any output that mocks leave out
 */
export function fromGiven<T, U>(
  output: pulumi.Output<T>,
  follow: (value: T) => pulumi.Input<U>,
  missing: U = undefined as U,
): pulumi.Output<U> {
  return output.apply((value) => (isGiven(value) ? follow(value) : missing)) as pulumi.Output<U>;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && (typeof value !== "object" || value === null || Object.values(value).every(isGiven));

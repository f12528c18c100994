import * as pulumi from "@pulumi/pulumi";

/** A resource, or one that is registered later: of a large pool, not all workers are at once. */
export type Registered<T extends pulumi.Resource = pulumi.Resource> = T | Promise<T>;

/** Ends when the engine has made the resource. When that fails, the run ends first. */
export const made = async (resource: Registered): Promise<void> => {
  const { urn } = await resource;
  await new Promise<void>((resolve) => void urn.apply(() => resolve()));
};

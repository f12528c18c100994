import * as pulumi from "@pulumi/pulumi";

/** Ends when the engine has made the resource. When that fails, the run ends first. */
export const made = ({ urn }: pulumi.Resource) => new Promise<void>((resolve) => void urn.apply(() => resolve()));

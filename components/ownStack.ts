import * as pulumi from "@pulumi/pulumi";

/** The whole name of the stack that the program runs for; undefined in unit tests, where nobody is to be asked for anything. */
export function ownStack(): string | undefined {
  try {
    return [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  } catch {
    return undefined;
  }
}

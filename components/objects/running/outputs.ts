import * as pulumi from "@pulumi/pulumi";
import { ownStack } from "../../ownStack";
import { KeyGenerations } from "../../settings/generations";
import { Member } from "./script";

/** As far as they are needed here, the stack's outputs of the last update that ended well. */
export interface LastOutputs {
  kubeconfig?: unknown;
  nodes?: (Member & { role?: string; instanceId?: string })[];
  keys?: KeyGenerations;
}

/**
 * What the last update left that ended well: the engine keeps the outputs of that one when another fails. The program cannot read the state, and
 * what it registers knows its own past alone; but the engine reads outputs, also those of the stack that it is working on, without a resource of
 * their own. None in unit tests, which have no earlier run.
 */
export async function readOutputs(): Promise<LastOutputs> {
  const name = ownStack();
  if (name === undefined) return {};
  const found = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as { outputs?: LastOutputs };
  return found.outputs ?? {};
}

/** The generations of keys that the last update brought that ended well; undefined: none has, or it knew one. */
export const readEnded = async (): Promise<KeyGenerations | undefined> => (await readOutputs()).keys;

/** The control plane's servers after the last update that ended well, by id. */
export async function readMembers(): Promise<string[]> {
  const { nodes = [] } = await readOutputs();
  return nodes.flatMap(({ role, instanceId }) => (role === "control-plane" && instanceId ? [instanceId] : []));
}

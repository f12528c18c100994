import { execFile } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { Running } from "../../kubernetes/skew";
import { ownStack } from "../../ownStack";
import { kubectlScript } from "../kubectl";
import { Member, parseRunning, RUNNING } from "./script";

/** Which releases the cluster runs, before an update changes anything; in words, why that is not known; undefined: it does not run yet. */
export type RunningReader = () => Promise<Running | string | undefined>;

/** Each request of the script's has a bound of its own; this is for a kubectl that does not keep to it. */
const AT_MOST = 30_000;

/** Asks the API, as whoever the kubeconfig is for. @throws Error when there is no answer */
export function askRunning(kubeconfig: string, controlPlane: readonly Member[]): Promise<Running> {
  return new Promise((resolve, reject) => {
    const script = execFile(
      "/bin/sh",
      ["-c", kubectlScript(RUNNING)],
      { env: process.env, timeout: AT_MOST, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        if (!error) return resolve(parseRunning(stdout, controlPlane));
        // A kubectl that was ended by us says nothing.
        const said = stderr.trim().split("\n").at(-1);
        reject(new Error(said === "" ? `no answer within ${AT_MOST / 1000} s` : said));
      },
    );
    script.stdin!.on("error", () => undefined); // a script that ends early does not read it
    script.stdin!.end(kubeconfig);
  });
}

/** As far as they are needed here, the stack's outputs of the last update that ended well. */
interface LastOutputs {
  kubeconfig?: unknown;
  nodes?: (Member & { role?: string })[];
}

/**
 * Asks the cluster that the last update left. The program cannot read the state, and what it registers knows its own past alone; but the
 * engine reads outputs, also those of the stack that it is working on, without a resource of their own.
 */
export async function readRunning(): Promise<Running | string | undefined> {
  const name = ownStack();
  if (name === undefined) return undefined;
  try {
    const found = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      outputs?: LastOutputs;
    };
    const { kubeconfig, nodes = [] } = found.outputs ?? {};
    if (typeof kubeconfig !== "string") return undefined;
    return await askRunning(
      kubeconfig,
      nodes.filter(({ role }) => role === "control-plane"),
    );
  } catch (reason) {
    return (reason as Error).message;
  }
}

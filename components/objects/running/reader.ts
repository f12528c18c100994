import { execFile } from "node:child_process";
import { Running } from "../../kubernetes/skew";
import { kubectlScript } from "../kubectl";
import { readOutputs } from "./outputs";
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

/** Asks the cluster that the last update left. */
export async function readRunning(): Promise<Running | string | undefined> {
  try {
    const { kubeconfig, nodes = [] } = await readOutputs();
    if (typeof kubeconfig !== "string") return undefined;
    return await askRunning(
      kubeconfig,
      nodes.filter(({ role }) => role === "control-plane"),
    );
  } catch (reason) {
    return (reason as Error).message;
  }
}

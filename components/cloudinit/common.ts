import { Artifact } from "../kubernetes/artifacts";
import { LIB, NodeContent, script } from "./document";
import { oneshotUnit, targetUnit } from "./units";

/** The unit that brings the binaries: everything that runs one of them needs it. */
export const FETCH = "hostroute-fetch.service";
/** The unit that sees to the packages: everything that calls iptables and the like needs it. */
export const PACKAGES = "hostroute-packages.service";

/** What a node downloads. */
export const ARTIFACTS = "/etc/hostroute/artifacts.json";

/** What every node has: what its units stand on, its downloads, and packages that the image may lack. */
export function commonFiles(artifacts: readonly Artifact[]): NodeContent[] {
  return [
    script("done.sh"),
    script("wait-for.sh"),
    targetUnit(),
    script("packages.sh"),
    oneshotUnit({
      name: "hostroute-packages",
      description: "Packages that the image lacks",
      command: `${LIB}/packages.sh`,
    }),
    script("fetch.py"),
    { path: ARTIFACTS, content: `${JSON.stringify(artifacts, undefined, 1)}\n` },
    oneshotUnit({
      name: "hostroute-fetch",
      description: "Kubernetes binaries, checked by SHA-256",
      command: `${LIB}/fetch.py`,
      // A wrong checksum is final; anything else is tried again.
      settings: ["RestartPreventExitStatus=3"],
    }),
  ];
}

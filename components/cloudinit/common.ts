import { Artifact } from "../kubernetes/artifacts";
import { NodeContent, NodeFile, shipped } from "./document";
import { oneshotUnit } from "./units";

/** Where the node's own scripts are. */
export const LIB = "/usr/local/lib/hostroute";
/** The unit that brings the binaries: everything that runs one of them needs it. */
export const FETCH = "hostroute-fetch.service";

export const script = (name: string): NodeFile => ({
  path: `${LIB}/${name}`,
  permissions: "0755",
  content: shipped(name),
});

/** What every node has: its downloads, and packages that the image may lack. */
export function commonFiles(artifacts: readonly Artifact[]): NodeContent[] {
  return [
    script("packages.sh"),
    script("fetch.py"),
    { path: "/etc/hostroute/artifacts.json", content: `${JSON.stringify(artifacts, undefined, 1)}\n` },
    // A wrong checksum (exit 3) is final; anything else is tried again.
    oneshotUnit(
      "hostroute-fetch",
      "Kubernetes binaries, checked by SHA-256",
      `${LIB}/fetch.py`,
      [],
      ["TimeoutStartSec=0", "Restart=on-failure", "RestartSec=10", "RestartPreventExitStatus=3"],
    ),
  ];
}

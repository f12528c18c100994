import { networkRows } from "../../e2e/support/intruder/networkRows";
import { Identity, rows } from "../../e2e/support/intruder/rows";
import { markdownTable } from "./markdown";

const WITH: Record<Identity, string> = {
  kubelet: "kubelet's certificate",
  "kube-proxy": "kube-proxy's certificate",
  nobody: "no certificate",
};

/** What the check `intruder` tries out, as docs/security.md shows it. */
export function intruderTables(): Record<"intruder-api" | "intruder-network", string> {
  const api = rows.map(({ as, what, outcome, why }) => [WITH[as], what, outcome, why]);
  const network = Object.values(networkRows).map(({ what, outcome, why }) => [what, outcome, why]);
  return {
    "intruder-api": markdownTable([["with", "tries to", "outcome", "by"], ...api]),
    "intruder-network": markdownTable([["tries to", "outcome", "by"], ...network]),
  };
}

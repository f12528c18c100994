import { Problem } from "../problem";
import { has } from "../values";
import { Check, check, poolsWith } from "./check";

const twice = (role: string, ids: readonly string[]): Problem[] =>
  ids.flatMap((id, i) =>
    ids.indexOf(id) < i
      ? [
          {
            key: `${role}.extraSecurityGroups[${i}]`,
            value: id,
            problem: "is listed twice",
            remedy: "Remove one of the two, or give the id that is meant.",
          },
        ]
      : [],
  );

const controlPlane = check(["controlPlane"], ({ controlPlane }) =>
  has(controlPlane, ["extraSecurityGroups"]) ? twice("controlPlane", controlPlane.extraSecurityGroups) : [],
);

const pools = check(["pools"], ({ pools }) =>
  poolsWith(pools, "extraSecurityGroups").flatMap(({ key, extraSecurityGroups }) => twice(key, extraSecurityGroups)),
);

/** The operator's own security groups, each once: a port has it or does not. */
export const securityGroupChecks: readonly Check[] = [controlPlane, pools];

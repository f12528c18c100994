import { indexesOf } from "../../addressing/routePlan";
import { Problem } from "../problem";
import { has } from "../values";
import { Check, check, poolsWith } from "./check";

/** A strict policy holds within one group only. */
const tooMany = (role: string, servers: number, most: number): Problem[] =>
  servers <= most
    ? []
    : [
        {
          key: `${role}.serverGroup`,
          value: "anti-affinity",
          problem: `needs all ${servers} servers in one server group, but hostroute:maxServerGroupMembers allows ${most} in one`,
          remedy:
            "Choose soft-anti-affinity, which may have several groups; or, if Nova's quota server_group_members is higher, set hostroute:maxServerGroupMembers to it.",
        },
      ];

const pools = check(["pools", "maxServerGroupMembers"], ({ pools, maxServerGroupMembers }) =>
  poolsWith(pools, "count", "exclude", "serverGroup").flatMap((pool) =>
    pool.serverGroup === "anti-affinity" ? tooMany(pool.key, indexesOf(pool).length, maxServerGroupMembers) : [],
  ),
);

const controlPlane = check(["controlPlane", "maxServerGroupMembers"], ({ controlPlane, maxServerGroupMembers }) =>
  has(controlPlane, ["count", "serverGroup"]) && controlPlane.serverGroup === "anti-affinity"
    ? tooMany("controlPlane", controlPlane.count, maxServerGroupMembers)
    : [],
);

/** How many servers Nova keeps apart. */
export const serverGroupChecks: readonly Check[] = [controlPlane, pools];

import * as path from "node:path";
import { scriptFolder } from "./scripts";

/** What tests of learn-routes.py ask for: a node's place in the subnet, and what it may learn there. */
export const LEARN_ROUTES = path.join(scriptFolder(), "learn-routes.py");
export const MAC = "fa:16:3e:00:00:11";
export const HOST = "10.106.1.11";
/** From this node's address, slot 0, to .191. */
export const WORKERS = "10.106.1.11/32,10.106.1.12/30,10.106.1.16/28,10.106.1.32/27,10.106.1.64/26,10.106.1.128/26";
export const OWN = "10.200.0.0/24";
/** Two other nodes' podCIDRs, and their addresses. */
export const [A, B, VIA_2, VIA_3] = ["10.200.1.0/24", "10.200.2.0/24", "10.106.1.12", "10.106.1.13"] as const;

import * as path from "node:path";
import { etc } from "./configs";
import { api, program, Service } from "./service";

export const OCTAVIA_PORT = 9876;
/** The authority of amphorae's certificates: Octavia issues them whoever makes the amphorae. */
export const authority = { certificate: etc("octavia-ca.pem"), key: etc("octavia-ca.key") };

/** Where the lab's own modules for Octavia are, and what says their names. */
const env = { PYTHONPATH: path.join(__dirname, "octavia"), PYTHONDONTWRITEBYTECODE: "1" };

/**
 * Octavia. The provider `ovn` says what it has done through the driver agent, whose status socket takes no visit without a message: its
 * listener leaves a process that spins for ever (octavia/api/drivers/driver_agent/driver_listener.py, `_recv`).
 */
export const balancers: Record<string, Service> = {
  "octavia-driver-agent": { command: program("octavia-driver-agent", "octavia.conf"), env, probe: "process" },
  octavia: api(OCTAVIA_PORT, "octavia_in_one", env, `--config-file=${etc("octavia.conf")}`),
};

import * as fs from "node:fs";
import { progress, run } from "../shell";
import { isDone, once } from "./configs";
import { authority, balancers } from "./octaviaServices";
import { startService, waitForAnswer } from "./running";
import { serviceEnv } from "./services";
import { list } from "./tenant";

/** Where octavia_lib looks for the driver agent's sockets, whatever the configuration says (api/drivers/driver_lib.py). */
const SOCKETS = "/run/octavia";
const BEGUN = "octavia";

/** Whether this lab has been asked for Octavia. */
export const isBegun = (): boolean => isDone(BEGUN);

/** Starts Octavia and lists it in the catalog. May be repeated. */
export async function startBalancers(): Promise<void> {
  const { certificate, key } = authority;
  await once("octavia-authority", () =>
    run(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "365"],
        ...["-subj", "/CN=amphorae", "-keyout", key, "-out", certificate],
      ],
      { env: serviceEnv, log: "octavia-authority" },
    ),
  );
  fs.mkdirSync(SOCKETS, { recursive: true });
  const started = Object.keys(balancers).filter(startService);
  await waitForAnswer(...Object.keys(balancers));
  await once(BEGUN, () => list("load-balancer"));
  if (started.length > 0) progress("Octavia answers");
}

/** Takes away what Octavia leaves outside of the lab's folder. */
export function removeSockets(): void {
  fs.rmSync(SOCKETS, { recursive: true, force: true });
}

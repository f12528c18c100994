import { answers } from "../../lab/openstack/running";
import { pidOf, waitFor } from "../../lab/shell";

/** Ends a service of the lab's, as if it had crashed; `startService` brings it back. */
export async function stopService(name: string): Promise<void> {
  process.kill(pidOf(name)!, "SIGKILL");
  await waitFor(`the end of ${name}`, async () => !(await answers(name)), 30_000, 500);
}

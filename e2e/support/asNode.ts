import { PKI } from "../../components/kubernetes/flags/paths";
import { inGuest } from "../../lab/guest";
import { controlPlane } from "./cloud";

/** A shell's command line on the first control-plane node. */
export const onControlPlane = (command: string) => inGuest(controlPlane().instanceId, ["sh", "-c", command]);

/** A request with a worker's own client certificate, as whoever has taken that worker would make it: the status. */
export async function asKubelet(instanceId: string, path: string, ...more: string[]): Promise<string> {
  const credentials = ["--cacert", `${PKI}/ca.crt`, "--cert", `${PKI}/kubelet.crt`, "--key", `${PKI}/kubelet.key`];
  const url = `https://${controlPlane().address}:6443${path}`;
  const output = ["-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}"];
  return inGuest(instanceId, ["curl", ...output, ...credentials, ...more, url]);
}

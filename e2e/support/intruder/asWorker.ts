import { PKI } from "../../../components/kubernetes/flags/paths";
import { inGuest } from "../../../lab/guest";
import { ClusterNode } from "../../../outputs";
import { Identity, Outcome, Request } from "./rows";

const certificate = (identity: Identity) =>
  identity === "nobody" ? [] : ["--cert", `${PKI}/${identity}.crt`, "--key", `${PKI}/${identity}.key`];
const STATUS = ["-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", `${PKI}/ca.crt`];

/** The status of an answer that a worker gets, from its own address and with what is on its disk. */
export async function statusOf(
  from: ClusterNode,
  server: string,
  identity: Identity,
  request: Request,
): Promise<number> {
  const { method, path, body, headers = {} } = request;
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const all = Object.entries(body ? { ...headers, "Content-Type": type } : headers);
  const options = [...all.flatMap(([name, value]) => ["-H", `${name}: ${value}`]), ...(body ? ["-d", "@-"] : [])];
  const command = ["curl", ...STATUS, ...certificate(identity), "-X", method, ...options, `${server}${path}`];
  return Number(await inGuest(from.instanceId, command, body ? { input: JSON.stringify(body) } : {}));
}

/** @throws Error for an answer that says neither: the question was wrong */
export function outcomeOf(status: number): Outcome {
  if (status === 200 || status === 201) return "allowed";
  if (status === 401 || status === 403) return "refused";
  throw new Error(`The answer is ${status}`);
}

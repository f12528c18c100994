import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { cloud } from "./cloud";
import { create, kubectl } from "./kube";
import { Config, verify } from "./stack";

export const CONTAINER = "e2e-snapshots";

/** Snapshots once a minute, and perhaps one to begin with. */
export const snapshots = (restoreFrom?: string) => (config: Config) => {
  config["hostroute:snapshots"] = { container: CONTAINER, interval: 60, ...(restoreFrom ? { restoreFrom } : {}) };
};

/** Until the store has one, as an operator sees it. */
export const firstSnapshot = () =>
  waitFor("the first snapshot", async () => /^last snapshot of etcd/m.test(await verify()), 300_000, 5_000);

/** Has the store refuse whatever comes, or take it again: by the container's quota, in bytes. (A service that is down is started by every `up`.) */
export async function refuseMore(refused: boolean): Promise<void> {
  const quota = { "X-Container-Meta-Quota-Bytes": refused ? "1" : "" };
  const { status } = await (await cloud()).call("object-store", "POST", `/${CONTAINER}`, undefined, quota);
  if (status !== 204) throw new Error(`The container's quota was not set: ${status}`);
}

/** Takes one on a member at once: what it says. */
export const snapshotNow = (server: string) =>
  inGuest(server, ["/usr/local/lib/hostroute/etcd-snapshot.py", "/etc/hostroute/etcd-snapshots.json", "now"]);

/** Whether there is such an object, for example `configmap before`. */
export const exists = async (what: string) =>
  (await kubectl(["get", ...what.split(" "), "--ignore-not-found", "-o", "name"])) !== "";

/** All pods, each with what would tell another one, or a restart, from it. */
export async function pods(): Promise<string[]> {
  const what = "{range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount};{end}";
  return (await kubectl(["get", "pods", "-A", "-o", `jsonpath=${what}`])).split(";").sort();
}

/** Node objects with their podCIDRs. */
export const podCidrs = () =>
  kubectl(["get", "nodes", "-o", "jsonpath={range .items[*]}{.metadata.name} {.spec.podCIDR};{end}"]);

/** Whether the API takes a service account's token. */
export async function isAccepted(token: string): Promise<boolean> {
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec: { token } };
  return (await create(review, "-o", "jsonpath={.status.authenticated}")) === "true";
}

/** What a restore has to bring back: a ConfigMap, a Secret, and a token. @returns whether it is there, each */
export async function marked(name: string): Promise<() => Promise<boolean[]>> {
  await kubectl(["create", "configmap", name]);
  await kubectl(["create", "secret", "generic", name, "--from-literal=kept=yes"]);
  const token = (await kubectl(["create", "token", "default", "--duration=2h"])).trim();
  return async () => [
    await exists(`configmap ${name}`),
    (await kubectl(["get", "secret", name, "--ignore-not-found", "-o", "jsonpath={.data.kept}"])) === "eWVz",
    await isAccepted(token),
  ];
}

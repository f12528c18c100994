import * as fs from "node:fs";
import * as path from "node:path";
import { inGuest } from "../../../lab/guest";
import { waitFor } from "../../../lab/shell";
import { workers } from "../cloud";
import { IMAGE, kubectl } from "../kube";
import { pause } from "../pause";

const NODE_PORT = 3083;
const PIDFILE = "/run/ask-web.pid";
const PODS = "/run/ask-web.pods";

/** What somebody saw who asked ten times a second. */
export interface Seen {
  asked: number;
  /** How many requests by a pod's own address were answered; none unless it was told them. */
  byPod: number;
  /** Of each request that failed, by way of which node and why. */
  failed: string[];
  /** How often a node was left out, as it no longer worked. */
  moved: number;
  /** The longest time between two answers, in seconds. */
  longest: number;
}

/** A Deployment of the lab's web server, whose pods go on answering until every node has stopped sending to them, and its budget. */
export const deployment = (name: string, replicas: number, budget: object, more: object = {}) => [
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 15,
          containers: [
            {
              name: "web",
              image: IMAGE,
              readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 },
              lifecycle: { preStop: { sleep: { seconds: 10 } } },
            },
          ],
          ...more,
        },
      },
    },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name },
    spec: { selector: { matchLabels: { app: name } }, ...budget },
  },
];

const SERVICE = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "rollout" },
  spec: {
    type: "NodePort",
    selector: { app: "rollout" },
    ports: [{ port: 80, targetPort: 8080, nodePort: NODE_PORT }],
  },
};

/** Makes objects, and waits for the Deployment. */
export async function deployed(name: string, items: object[]): Promise<void> {
  await kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  await kubectl(["rollout", "status", `deployment/${name}`, "--timeout=120s"]);
}

export const removed = (...names: string[]) =>
  kubectl(["delete", "deployment,poddisruptionbudget,service", ...names, "--ignore-not-found"]);

/** The addresses of the pods that are ready. */
async function readyPods(): Promise<string> {
  const slices = [
    "get",
    "endpointslices",
    "-l",
    "kubernetes.io/service-name=rollout",
    "--request-timeout=3s",
    "-o",
    "json",
  ];
  const { items } = JSON.parse(await kubectl(slices)) as { items: Slice[] };
  const ready = items.flatMap(({ endpoints }) => endpoints ?? []).filter(({ conditions }) => conditions.ready);
  return ready.flatMap(({ addresses }) => addresses).join(" ");
}
interface Slice {
  endpoints?: { addresses: string[]; conditions: { ready?: boolean } }[];
}

/** Tells a machine every second which pods are ready, as long as it is asked to. While the API is away, none of them goes. */
function tellPods(instanceId: string): { stop(): Promise<void> } {
  let ended = false;
  let told: string | undefined;
  const telling = (async () => {
    while (!ended) {
      const now = await readyPods().catch(() => told);
      if (now !== undefined && now !== told)
        await inGuest(instanceId, ["sh", "-c", `echo "$1" >${PODS}.new && mv ${PODS}.new ${PODS}`, "sh", now]);
      told = now;
      await pause(1_000);
    }
  })();
  telling.catch(() => undefined); // whoever stops it hears of it
  return { stop: () => ((ended = true), telling) };
}

/**
 * Two pods with a budget, asked by every worker's NodePort until it is stopped.
 * @param from who asks, for example the control plane's first node, by server id
 * @param byPods whether each pod is asked by its own address, too
 */
export async function askedWeb(from: string, byPods = false): Promise<{ stop(): Promise<Seen> }> {
  await deployed("rollout", [...deployment("rollout", 2, { minAvailable: 1 }), SERVICE]);
  const script = fs.readFileSync(path.join(__dirname, "ask-web.py"), "utf8");
  const addresses = workers().map(({ address }) => address);
  await waitFor(
    "the NodePort on every worker",
    () =>
      Promise.all(addresses.map((each) => inGuest(from, ["curl", "-sSf", "-m", "3", `http://${each}:${NODE_PORT}/`]))),
    60_000,
    1_000,
  );
  // One that a killed run has left would go on for ever.
  const end = `[ ! -e ${PIDFILE} ] || kill -INT "$(cat ${PIDFILE})" 2>/dev/null || true; rm -f ${PIDFILE} ${PODS}`;
  await inGuest(from, ["sh", "-c", end]);
  const told = byPods ? tellPods(from) : undefined;
  const said = inGuest(from, ["python3", "-", String(NODE_PORT), PODS, ...addresses], {
    input: script,
    timeout: 5_400_000,
  });
  said.catch(() => undefined); // whoever stops it hears of it
  await waitFor("the first requests", () => inGuest(from, ["cat", PIDFILE]), 20_000, 500);
  return {
    stop: async () => {
      await told?.stop();
      await inGuest(from, ["sh", "-c", end]);
      return JSON.parse(await said) as Seen;
    },
  };
}

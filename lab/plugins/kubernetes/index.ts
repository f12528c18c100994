import { Change } from "../protocol/diff";
import { Kind } from "../protocol/kind";
import { Provider } from "../protocol/provider";
import { Properties, replaces, updates } from "../protocol/schema";
import { isUnknown, Props, same, text } from "../protocol/values";
import { Client, clientOf } from "./client";
import { Cluster, clusterOf } from "./cluster";
import { clusterDigest, parseKubeconfig } from "./kubeconfig";
import { objectKind } from "./object";
import { objectTypes } from "./objectTypes";

const SOURCE = "pulumi-kubernetes provider/pkg/provider/provider.go, DiffConfig";
const inPlace = updates(SOURCE);

const config: Properties = {
  kubeconfig: { type: "string", secret: true, ...replaces(`${SOURCE}: where it names another cluster`) },
  context: { type: "string", ...replaces(`${SOURCE}: where it names another cluster`) },
  clusterIdentifier: { type: "string", ...replaces(`${SOURCE}: alone decides where it is set`) },
  enableConfigMapMutable: { type: "boolean", ...inPlace },
  enableSecretMutable: { type: "boolean", ...inPlace },
  enablePatchForce: { type: "boolean", ...inPlace },
  upsertExistingObjects: { type: "boolean", ...inPlace },
};

/** The kinds of a cluster's objects by type token. */
export const kubernetesKinds = (cluster: Cluster): Record<string, Kind> =>
  Object.fromEntries(Object.entries(objectTypes).map(([token, type]) => [token, objectKind(type, cluster)]));

/** Whether another configuration means another cluster, whose objects all have to be made anew (DiffConfig). */
export function configChanges(old: Props, goal: Props): Change[] {
  const changed = Object.keys(config).filter((key) => !same(old[key], goal[key]));
  const change = (key: string, anew: boolean): Change => ({
    path: [key],
    kind: old[key] === undefined ? "add" : goal[key] === undefined ? "delete" : "update",
    replaces: anew,
  });
  const identified = goal.clusterIdentifier !== undefined && same(old.clusterIdentifier, goal.clusterIdentifier);
  const other = !identified && anotherCluster(old, goal);
  const both = old.clusterIdentifier !== undefined && goal.clusterIdentifier !== undefined;
  return changed.map((key) =>
    change(key, key === "clusterIdentifier" ? both : other && ["kubeconfig", "context"].includes(key)),
  );
}

function anotherCluster(old: Props, goal: Props): boolean {
  if (isUnknown(goal.kubeconfig) || isUnknown(goal.context)) return true;
  if (old.kubeconfig === undefined || goal.kubeconfig === undefined) return false;
  const digest = ({ kubeconfig, context }: Props) => clusterDigest(text(kubeconfig), context as string | undefined);
  return digest(old) !== digest(goal);
}

/** Stands in for @pulumi/kubernetes. */
export function kubernetes(version: string): Provider {
  let client: Client | undefined;
  let given: Props = {};
  const cluster = clusterOf(
    () => client,
    () => given,
  );
  return {
    name: "kubernetes",
    version,
    config,
    acceptSecrets: true,
    configChanges,
    configure: (known) => {
      if (!known) return;
      given = known;
      if (known.kubeconfig !== undefined)
        client = clientOf(parseKubeconfig(text(known.kubeconfig), known.context as string | undefined));
    },
    kinds: kubernetesKinds(cluster),
  };
}

import { randomBytes } from "node:crypto";
import { Failure } from "../protocol/check";
import { Kind, NotReady } from "../protocol/kind";
import { list, Props, text } from "../protocol/values";
import { Cluster } from "./cluster";
import { objectChanges, prune } from "./compare";
import { ObjectType, pathOf } from "./objectTypes";
import { deploymentWaits, serviceWaits, Waiting } from "./ready";

const PATCH_FORCE = "pulumi.com/patchForce";
const SKIP_AWAIT = "pulumi.com/skipAwait";
const TIMEOUT = "pulumi.com/timeoutSeconds";
const ANNOTATIONS = [PATCH_FORCE, SKIP_AWAIT, TIMEOUT];
/** Ten minutes, the provider's own. */
const DEFAULT_TIMEOUT = 600;
/** Of everything that Pulumi creates; the provider appends something random of each object's own. */
export const FIELD_MANAGER = "pulumi-kubernetes";

interface Metadata {
  name: string;
  namespace?: string;
  annotations?: Record<string, string>;
}
const metadataOf = (object: Props) => object.metadata as Metadata;
const annotationOf = (object: Props, name: string) => metadataOf(object).annotations?.[name];

/** One type of object: created, changed by server-side apply, read back in the shape of what the program said. */
export function objectKind(type: ObjectType, cluster: Cluster): Kind {
  const at = (object: Props) => pathOf(type, metadataOf(object).name, metadataOf(object).namespace);
  const byId = (id: string) => {
    const [name = "", namespace] = id.split("/").reverse();
    return pathOf(type, name, namespace);
  };
  const idOf = (object: Props) => {
    const { name, namespace } = metadataOf(object);
    return type.namespaced ? `${namespace ?? "default"}/${name}` : name;
  };
  const stateOf = (live: Props, fieldManager: unknown): Props => ({
    ...live,
    __fieldManager: fieldManager,
    __initialApiVersion: type.apiVersion,
  });
  const waits = async (live: Props): Promise<Waiting | undefined> => {
    if (type.kind === "Deployment") return deploymentWaits(live);
    if (type.kind !== "Service") return undefined;
    const { name, namespace = "default" } = metadataOf(live);
    const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    return serviceWaits(live, list(await cluster.get(slices, { labelSelector: `kubernetes.io/service-name=${name}` })));
  };
  /** Waits until the object is ready. @throws NotReady when it does not get there in time */
  const settled = async (goal: Props, applied: Props, fieldManager: unknown): Promise<Props> => {
    if (annotationOf(goal, SKIP_AWAIT) === "true") return applied;
    const end = Date.now() + Number(annotationOf(goal, TIMEOUT) ?? DEFAULT_TIMEOUT) * 1_000;
    for (let live = applied; ; live = (await cluster.find(at(goal))) ?? live) {
      const waiting = await waits(live);
      if (!waiting) return live;
      if (waiting.failed || Date.now() > end) {
        const made = { id: idOf(goal), state: stateOf(live, fieldManager) };
        throw new NotReady(made, `${type.kind} ${made.id} was applied, but is not ready: ${waiting.because}`);
      }
      await cluster.pause();
    }
  };
  const apply = (goal: Props, fieldManager: unknown, dryRun = false) =>
    cluster.apply(at(goal), goal, {
      fieldManager: text(fieldManager),
      force: text(annotationOf(goal, PATCH_FORCE) === "true" || cluster.config().enablePatchForce === true),
      // Nothing is ignored: a field that the API does not know is an error.
      fieldValidation: "Strict",
      ...(dryRun ? { dryRun: "All" } : {}),
    });

  return {
    inputs: type.inputs,
    ...(type.secretOutputs ? { secretOutputs: type.secretOutputs } : {}),
    check: (goal) => checkAnnotations(goal),
    changes: (old, goal) => {
      const mutable = cluster.config()[`enable${type.kind}Mutable`] === true;
      return objectChanges(
        type.inputs,
        old,
        named(type, goal, old.inputs),
        ([first]) => !mutable || first === "metadata",
      );
    },
    // It keeps its name: a second one cannot stand beside it.
    deleteBeforeReplace: (goal, state) => idOf(goal) === idOf(state),
    create: async (goal) => {
      await cluster.reachable();
      if (cluster.config().upsertExistingObjects !== true && (await cluster.find(at(goal))))
        throw new Error(
          `${type.kind} ${idOf(goal)} exists already, and Pulumi does not know it: pulumi import, or delete it`,
        );
      const fieldManager = `${FIELD_MANAGER}-${randomBytes(4).toString("hex")}`;
      const applied = await apply(goal, fieldManager);
      return { id: idOf(goal), state: stateOf(await settled(goal, applied, fieldManager), fieldManager) };
    },
    previewCreate: async (goal) => {
      // One that is there will be deleted before, or is in the way: only the update will tell.
      const answer = await cluster.tryOut(async () =>
        (await cluster.find(at(goal))) ? undefined : apply(goal, `${FIELD_MANAGER}-preview`, true),
      );
      return answer ? withoutStatus(answer) : goal;
    },
    read: async (id, known) => {
      await cluster.reachable();
      const live = await cluster.find(byId(id));
      return live && stateOf(live, known.state?.__fieldManager ?? `${FIELD_MANAGER}-${randomBytes(4).toString("hex")}`);
    },
    inputsOf: (state, old) => (old ? (prune(state, old) as Props) : importable(type, state)),
    previewUpdate: async (_id, goal, state) => {
      const answer = await cluster.tryOut(() => apply(goal, state.__fieldManager ?? FIELD_MANAGER, true));
      return answer ? stateOf(withoutStatus(answer), state.__fieldManager) : { ...state, ...goal };
    },
    update: async (_id, goal, state) => {
      await cluster.reachable();
      const fieldManager = state.__fieldManager ?? FIELD_MANAGER;
      const applied = await apply(goal, fieldManager);
      return stateOf(await settled(goal, applied, fieldManager), fieldManager);
    },
    remove: (id) => cluster.remove(byId(id)),
  };
}

const withoutStatus = (object: Props): Props =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== "status"));

/** The program's object with the namespace that it gets, where the program's last one had one. */
function named({ namespaced }: ObjectType, goal: Props, old: Props): Props {
  const metadata = metadataOf(goal);
  const before = (old.metadata as Metadata | undefined)?.namespace;
  if (!namespaced || metadata.namespace !== undefined || before === undefined) return goal;
  return { ...goal, metadata: { ...metadata, namespace: "default" } };
}

const members = (value: Props, known: object): Props =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key in known));

const NOT_SAID = ["deployment.kubernetes.io/revision", "kubectl.kubernetes.io/last-applied-configuration"];

/** What the cluster says of an object that a program could say as well. */
function importable({ inputs }: ObjectType, state: Props): Props {
  const { name, namespace, labels, annotations } = state.metadata as Props & { annotations?: Props };
  const own = Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !NOT_SAID.includes(key)));
  const metadata = { name, namespace, labels, ...(Object.keys(own).length > 0 ? { annotations: own } : {}) };
  const known = Object.entries(inputs).flatMap(([key, { type }]): [string, unknown][] => {
    const value = state[key];
    if (key === "metadata" || value === undefined) return [];
    return [[key, typeof type === "object" && "object" in type ? members(value as Props, type.object) : value]];
  });
  return { ...Object.fromEntries(known), metadata };
}

function checkAnnotations(goal: Props): Failure[] {
  const strange = Object.keys(metadataOf(goal).annotations ?? {}).filter(
    (name) => name.startsWith("pulumi.com/") && !ANNOTATIONS.includes(name),
  );
  return strange.map((name) => ({
    property: `metadata.annotations[${JSON.stringify(name)}]`,
    reason: "the lab's plugins do not implement this annotation",
  }));
}

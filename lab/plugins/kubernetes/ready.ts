import { isZero, list, Props, text } from "../protocol/values";

/** Why an object is not ready yet; undefined once it is. `failed`: it will not get there by waiting. */
export interface Waiting {
  because: string;
  failed?: boolean;
}

/** As `kubectl rollout status`, which the provider's awaiter for Deployments comes to as well. */
export function deploymentWaits({ metadata, spec, status }: Props): Waiting | undefined {
  const { generation = 0 } = metadata as { generation?: number };
  const { replicas = 1 } = spec as { replicas?: number };
  const now = (status ?? {}) as Record<string, number | undefined> & { conditions?: unknown };
  if ((now.observedGeneration ?? 0) < generation) return { because: "the controller has not seen it yet" };
  const progress = list<Record<string, string>>(now.conditions).find(({ type }) => type === "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") return { because: text(progress.message), failed: true };
  const { updatedReplicas = 0, replicas: all = 0, availableReplicas = 0 } = now;
  if (updatedReplicas < replicas) return { because: `${updatedReplicas} of ${replicas} pods are of its newest kind` };
  if (all > updatedReplicas) return { because: `${all - updatedReplicas} old pods are still there` };
  if (availableReplicas < replicas) return { because: `${availableReplicas} of ${replicas} pods are available` };
  return undefined;
}

/** A Service is ready with its first ready endpoint; one that selects no pods at once (provider/pkg/await/service.go). */
export function serviceWaits({ spec }: Props, slices: readonly Props[]): Waiting | undefined {
  const { selector, type, clusterIP } = spec as Props;
  if (isZero(selector) || type === "ExternalName" || clusterIP === "None") return undefined;
  const endpoints = slices.flatMap((slice) => list<{ conditions?: { ready?: boolean } }>(slice.endpoints));
  return endpoints.some(({ conditions }) => conditions?.ready !== false)
    ? undefined
    : { because: "no pod of it is ready" };
}

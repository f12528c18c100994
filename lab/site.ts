import { cidrProblem } from "../components/addressing/ipv4";
import { DEFAULT_RELEASE } from "../components/kubernetes/releases";
import { parseKubernetesVersion } from "../components/kubernetes/version";
import { Mirror } from "./artifacts";

/** A stack's configuration, by full key. */
export type Config = Record<string, unknown>;

/** What a site makes of a stack's configuration. */
export type Site = (config: Config) => Config;

/** The release of Kubernetes that a stack's configuration names. */
export const releaseOf = (config: Config) =>
  (config["hostroute:kubernetesVersion"] as string | undefined) ?? DEFAULT_RELEASE;

/** Whether a stack wants a load balancer of the cloud's. */
export function needsOctavia(config: Config): boolean {
  const { kind } = (config["hostroute:apiEndpoint"] ?? {}) as { kind?: unknown };
  return kind === "octavia";
}

/** From where a stack's API may be reached; none where nothing is said, or something that the program will refuse. */
export function apiAccessOf(config: Config): string[] {
  const { api } = (config["hostroute:access"] ?? {}) as { api?: unknown };
  return Array.isArray(api) ? api.filter((each): each is string => typeof each === "string" && !cidrProblem(each)) : [];
}

type Placed = Config & { extraFiles?: unknown[] };

/** What an air-gapped site says in its stacks: where its mirror is, and that containerd may speak plain HTTP to it. */
export function withMirror(mirror: Mirror): Site {
  return (config) => {
    const { artifacts, images, extraFiles } = mirror(parseKubernetesVersion(releaseOf(config)));
    const placed = (value: Placed): Placed => ({ ...value, extraFiles: [...(value.extraFiles ?? []), ...extraFiles] });
    return {
      ...config,
      "hostroute:artifacts": artifacts,
      "hostroute:images": images,
      "hostroute:controlPlane": placed(config["hostroute:controlPlane"] as Placed),
      "hostroute:workerPools": (config["hostroute:workerPools"] as Placed[]).map(placed),
    };
  };
}

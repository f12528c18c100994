import { Mirror } from "./artifacts";

/** A stack's configuration, by full key. */
export type Config = Record<string, unknown>;

/** What a site makes of a stack's configuration. */
export type Site = (config: Config) => Config;

type Placed = Config & { extraFiles?: unknown[] };

/** What an air-gapped site says in its stacks: where its mirror is, and that containerd may speak plain HTTP to it. */
export function withMirror({ settings, images }: Mirror): Site {
  const placed = (value: Placed): Placed => ({
    ...value,
    extraFiles: [...(value.extraFiles ?? []), ...settings.extraFiles],
  });
  return (config) => ({
    ...config,
    "hostroute:artifacts": settings.artifacts,
    "hostroute:images": { ...settings.images, coredns: images.coredns },
    "hostroute:controlPlane": placed(config["hostroute:controlPlane"] as Placed),
    "hostroute:workerPools": (config["hostroute:workerPools"] as Placed[]).map(placed),
  });
}

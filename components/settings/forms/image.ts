import { Form, rule } from "./form";
import { isHost } from "./hosts";

/** github.com/distribution/reference: `name[:tag][@digest]`, all but the tag and the registry's name in lower case. */
const PATH = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const REFERENCE = new RegExp(
  String.raw`^(?:([A-Za-z0-9.-]+)(?::(\d{1,5}))?/)??(${PATH}(?:/${PATH})*)(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);
const NAME_MAX = 255;

/** The registry's host as Docker and containerd tell it from a path: it has a dot or a port, or is localhost. */
export function registryOf(image: string): string | undefined {
  const first = image.split("/")[0]!;
  return image.includes("/") && /[.:]|^localhost$/.test(first) ? first.replace(/:\d+$/, "") : undefined;
}

const isReference = (value: string): boolean => {
  const match = REFERENCE.exec(value);
  if (!match) return false;
  const registry = registryOf(value);
  const port = /^[^/]*:(\d+)\//.exec(value)?.[1];
  const name = value.replace(/@.*$/, "").replace(/:[^/]*$/, "");
  return (
    (registry === undefined || registry === "localhost" || isHost(registry.toLowerCase())) &&
    (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535)) &&
    name.length <= NAME_MAX &&
    // It would be read as an image's id.
    !/^[0-9a-f]{64}$/.test(name)
  );
};

export const imageReference: Form = rule(
  isReference,
  "is not an image reference",
  "Write registry/path:tag or registry/path@sha256:digest, without scheme, for example registry.k8s.io/pause:3.10.1.",
);

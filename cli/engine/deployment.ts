/** What `pulumi stack export` says of a stack: the members that this project reads. */
export interface Deployment {
  resources?: StateResource[];
  pending_operations?: { type: string; resource: StateResource }[];
}

export interface StateResource {
  urn: string;
  type: string;
  custom: boolean;
  id?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** The name that the program gave a resource: the last part of its URN. */
export const nameOf = (urn: string) => urn.split("::").at(-1)!;

/** As people write it: the type's last part and the name, as in `Instance dev-worker-0`. */
export const labelOf = ({ type, urn }: { type: string; urn: string }) => `${type.split(":").at(-1)!} ${nameOf(urn)}`;

/** The kubeconfig that a Kubernetes provider was given, from a state with its secrets shown; undefined for all else. */
export function kubeconfigOf({ type, inputs }: StateResource): string | undefined {
  if (type !== "pulumi:providers:kubernetes") return undefined;
  const { kubeconfig } = inputs ?? {};
  if (typeof kubeconfig === "string") return kubeconfig;
  // A secret, as `stack export --show-secrets` writes it: JSON in clear.
  const { plaintext } = (kubeconfig ?? {}) as { plaintext?: string };
  return plaintext === undefined ? undefined : (JSON.parse(plaintext) as string);
}

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

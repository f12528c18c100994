import { EndpointKind } from "../../kubernetes/api";
import { Check, check } from "./check";

/** Which kinds a key is for. */
const FOR = {
  host: ["external"],
  floatingIp: ["server"],
} as const satisfies Record<string, readonly EndpointKind[]>;

/** A key of another kind would have no effect, and whoever wrote it meant it to. */
const otherKinds = check(["endpoint"], ({ endpoint }) =>
  Object.entries(FOR).flatMap(([key, kinds]: [string, readonly EndpointKind[]]) => {
    const value = endpoint[key as keyof typeof FOR];
    // No floating IP is what a kind without one has anyway.
    if (value === undefined || value === false || kinds.includes(endpoint.kind)) return [];
    return [
      {
        key: `apiEndpoint.${key}`,
        value,
        problem: `is for kind ${kinds.join(" and ")}, and hostroute:apiEndpoint.kind is ${endpoint.kind}`,
        remedy: "Remove it, or choose another kind.",
      },
    ];
  }),
);

const externalHost = check(["endpoint"], ({ endpoint }) => {
  if (endpoint.kind !== "external" || !("host" in endpoint) || endpoint.host !== undefined) return [];
  return [
    {
      key: "apiEndpoint.kind",
      value: endpoint.kind,
      problem: "needs hostroute:apiEndpoint.host, which is not set",
      remedy: "Give the address or DNS name under which nodes reach your load balancer.",
    },
  ];
});

/** How the API is reached. */
export const endpointChecks: readonly Check[] = [otherKinds, externalHost];

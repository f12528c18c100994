import { addressAt, offsetIn } from "../../addressing/ipv4";
import { defaultApiAddress } from "../../addressing/subnetLayout";
import { asksReadyz, EndpointKind, hasOwnAddress, OVN } from "../../kubernetes/api";
import { ANONYMOUS_PROBES_FROM } from "../../kubernetes/version";
import { Problem } from "../problem";
import { Endpoint, isHost, poolAt, Values } from "../values";
import { controlPlanePlaces, workerPlaces } from "./addresses";
import { Check, check } from "./check";

/** Which kinds a key is for. */
const FOR = {
  host: ["external"],
  address: ["vip", "octavia"],
  provider: ["octavia"],
  floatingIp: ["server", "vip", "octavia"],
} as const satisfies Record<string, readonly EndpointKind[]>;

const kindIs = ({ kind, defaultFor }: Endpoint) =>
  defaultFor === undefined
    ? `hostroute:apiEndpoint.kind is ${kind}`
    : `the default kind for hostroute:controlPlane.count ${defaultFor} is ${kind}`;

/** `a`, `a and b`, `a, b and c`. */
const listed = (kinds: readonly string[]) => kinds.join(", ").replace(/, ([^,]*)$/, " and $1");

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
        problem: `is for kind ${listed(kinds)}, and ${kindIs(endpoint)}`,
        remedy: "Remove it, or choose another kind.",
      },
    ];
  }),
);

const found = (kind: EndpointKind, problem: string, remedy: string): Problem[] => [
  { key: "apiEndpoint.kind", value: kind, problem, remedy },
];

const externalHost = check(["endpoint"], ({ endpoint }) =>
  endpoint.kind === "external" && "host" in endpoint && endpoint.host === undefined
    ? found(
        endpoint.kind,
        "needs hostroute:apiEndpoint.host, which is not set",
        "Give the address or DNS name under which nodes reach your load balancer.",
      )
    : [],
);

/** Workers and clients would lose the API with that one node, and the others would be of no use. */
const oneServer = check(["endpoint", "controlPlaneCount"], ({ endpoint, controlPlaneCount }) =>
  endpoint.kind === "server" && controlPlaneCount > 1
    ? found(
        endpoint.kind,
        `is the first of hostroute:controlPlane.count ${controlPlaneCount} nodes, and without that one nobody would reach the others`,
        "Leave it out, which means vip, or choose octavia or external.",
      )
    : [],
);

/** Who is to answer is told by /readyz, which earlier releases show to nobody without a certificate. */
const probes = check(["endpoint", "kubernetesVersion", "release"], ({ endpoint, kubernetesVersion, release }) => {
  if (!asksReadyz(endpoint.kind, endpoint.provider) || release.minor >= ANONYMOUS_PROBES_FROM) return [];
  return [
    {
      key: "kubernetesVersion",
      value: kubernetesVersion,
      problem: `answers no health probe without a certificate, by which kind ${endpoint.kind} finds a ready server; ${kindIs(endpoint)}`,
      remedy: `Choose 1.${ANONYMOUS_PROBES_FROM} or later, or hostroute:apiEndpoint.kind external.`,
    },
  ];
});

/** To machines of the subnet itself, OVN answers for a balancer's address with the MAC address of the subnet's router, or not at all. */
const router = check(["endpoint", "externalNetwork", "subnetId"], ({ endpoint, externalNetwork, subnetId }) =>
  endpoint.kind !== "octavia" || endpoint.provider !== OVN || subnetId !== undefined || externalNetwork !== undefined
    ? []
    : [
        {
          key: "apiEndpoint.provider",
          value: OVN,
          problem: "needs a router at the node subnet, and without hostroute:network.externalNetwork there is none",
          remedy: "Set it, or choose amphora, or kind vip.",
        },
      ],
);

/** The API's own address: in the subnet, and nobody else's. */
const ownAddress = check(["endpoint", "subnet", "layout", "offsets", "controlPlaneCount", "pools"], (values) => {
  const { endpoint, subnet } = values;
  if (!hasOwnAddress(endpoint.kind) || !("address" in endpoint)) return [];
  const given = endpoint.address;
  const address = given ?? defaultApiAddress(subnet);
  const problem = wrongPlace(values, offsetIn(subnet, address));
  if (!problem) return [];
  const range = `${addressAt(subnet, 1)} to ${addressAt(subnet, subnet.size - 2)}`;
  return [
    {
      key: "apiEndpoint.address",
      value: given,
      problem: given === undefined ? `is ${address} by default, which ${problem}` : problem,
      remedy: `Choose another one from ${range}: not the gateway, no node's, and outside of hostroute:network.allocationPool.`,
    },
  ];
});

type Places = Pick<Values, "subnet" | "layout" | "offsets" | "controlPlaneCount" | "pools">;

function wrongPlace(values: Places, offset: number): string | undefined {
  const { subnet, layout, offsets } = values;
  const pool = poolAt({ layout, offsets }, offset);
  if (!isHost(subnet, offset)) return `is not a host address of hostroute:network.cidr ${subnet.toString()}`;
  if (offset === offsets.gateway) return "belongs to the gateway";
  if (pool) return `lies in hostroute:network.allocationPool ${pool}: it may be somebody's`;
  const workers = workerPlaces(values).flat();
  const owner = [...controlPlanePlaces(values), ...workers].find((place) => place.offset === offset);
  if (owner) return `belongs to ${owner.who}`;
  if (offset === offsets.firstWorker) return "belongs to the worker in slot 0";
  // Workers' addresses are one range: nodes know by it who may be a next hop.
  const behind = offset > offsets.firstWorker && workers.find((place) => place.offset > offset);
  return behind ? `lies among workers' addresses, before ${behind.who}` : undefined;
}

/** How the API is reached. */
export const endpointChecks: readonly Check[] = [otherKinds, externalHost, oneServer, probes, router, ownAddress];

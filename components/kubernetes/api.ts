/** How the API is reached: at its only server, at an address that one of several holds, at Octavia's balancer or the operator's own. */
export const ENDPOINT_KINDS = ["server", "vip", "octavia", "external"] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** The kind where the operator chooses none. */
export const defaultKind = (controlPlaneCount: number): EndpointKind => (controlPlaneCount === 1 ? "server" : "vip");

/** Whether the API has an address in the node subnet that is no node's own. */
export const hasOwnAddress = (kind: EndpointKind): boolean => kind === "vip" || kind === "octavia";

/** Whether a balancer stands before the servers. */
export const isBalanced = (kind: EndpointKind): boolean => kind === "octavia" || kind === "external";

/** The provider of Octavia's whose balancers are OVN's own. */
export const OVN = "ovn";

/** Whether it is found by /readyz which server is ready. OVN's balancers only try to connect. */
export const asksReadyz = (kind: EndpointKind, provider?: string): boolean =>
  kind === "vip" || (kind === "octavia" && provider !== OVN);

/** The port that API servers listen on. */
export const API_PORT = 6443;
/** The port that a balancer before them listens on. */
export const BALANCER_PORT = 443;

/** The API's URL at a host: with `:6443` exactly when no balancer stands there, which listens on 443 and forwards (1.4-era document). */
export const apiUrl = (host: string, behindBalancer = false) =>
  `https://${host}${behindBalancer ? "" : `:${API_PORT}`}`;

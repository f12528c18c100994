/** How the API is reached: at its only server, or at the operator's own balancer. */
export const ENDPOINT_KINDS = ["server", "external"] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** The port that API servers listen on. */
const API_PORT = 6443;

/** The API's URL at a host: with `:6443` exactly when no balancer stands there, which listens on 443 and forwards (1.4-era document). */
export const apiUrl = (host: string, behindBalancer = false) =>
  `https://${host}${behindBalancer ? "" : `:${API_PORT}`}`;

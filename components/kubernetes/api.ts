/** The port that API servers listen on. */
const API_PORT = 6443;

/** The API's URL at a host: with `:6443`, unless a load balancer is there, which listens on 443 and forwards. */
export const apiUrl = (host: string, behindBalancer = false) =>
  `https://${host}${behindBalancer ? "" : `:${API_PORT}`}`;

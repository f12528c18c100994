import { password } from "./configs";
import { OCTAVIA_PORT } from "./octaviaServices";
import { accountUrl } from "./swiftServices";

const account = (name: string): Record<string, string> => ({
  OS_AUTH_URL: "http://127.0.0.1:5000/v3",
  OS_IDENTITY_API_VERSION: "3",
  OS_REGION_NAME: "RegionOne",
  OS_USER_DOMAIN_NAME: "Default",
  OS_PROJECT_DOMAIN_NAME: "Default",
  OS_USERNAME: name,
  OS_PROJECT_NAME: name,
  OS_PASSWORD: password,
});

/** The tenant: an ordinary member of the project `demo`. */
export const credentials = account("demo");
/** The operator. The lab's own set-up uses it, the program under test must not. */
export const adminCredentials = account("admin");

/** The catalog: type, name and address of each service. */
export const catalog = [
  { type: "identity", name: "keystone", url: "http://127.0.0.1:5000/v3", base: "" },
  { type: "image", name: "glance", url: "http://127.0.0.1:9292", base: "/v2" },
  { type: "network", name: "neutron", url: "http://127.0.0.1:9696", base: "/v2.0" },
  { type: "compute", name: "nova", url: "http://127.0.0.1:8774/v2.1", base: "" },
  { type: "placement", name: "placement", url: "http://127.0.0.1:8778", base: "" },
  { type: "object-store", name: "swift", url: accountUrl, base: "" },
  // Listed only where a stack asks for it (octavia.ts): a cloud without it is the usual one.
  { type: "load-balancer", name: "octavia", url: `http://127.0.0.1:${OCTAVIA_PORT}`, base: "/v2.0/lbaas" },
] as const;
export type ServiceType = (typeof catalog)[number]["type"];

let token: string | undefined;

/**
 * One call to a service as the operator, without the catalog, which the set-up itself has to fill.
 * @param body plain values, or a file as it is
 * @throws Error with the answer
 */
export async function call<T>(method: string, type: ServiceType, path: string, body?: unknown): Promise<T> {
  const { url, base } = catalog.find((service) => service.type === type)!;
  const send = async () => request(method, url + base + path, body, { "X-Auth-Token": (token ??= await login()) });
  const response = await send().catch((error: unknown) => {
    if (token) throw error;
    return send(); // the token was one of an earlier lab
  });
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function login(): Promise<string> {
  const domain = { id: "default" };
  const auth = {
    identity: { methods: ["password"], password: { user: { name: "admin", domain, password } } },
    scope: { project: { name: "admin", domain } },
  };
  const response = await request("POST", `${catalog[0].url}/auth/tokens`, { auth });
  return response.headers.get("X-Subject-Token")!;
}

async function request(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
  const file = body instanceof Blob;
  const response = await fetch(url, {
    method,
    headers: { "Content-Type": file ? "application/octet-stream" : "application/json", ...headers },
    body: file || body === undefined ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(file ? 600_000 : 60_000),
  });
  if (response.ok) return response;
  if (response.status === 401) token = undefined;
  throw new Error(`${method} ${url}: ${response.status} ${(await response.text()).slice(0, 500)}`);
}

import { Credentials } from "./credentials";
import { download } from "./download";
import { Answer, askPatiently } from "./request";

/** The `code` of an error that says that the cloud has no such service. Not a class: dynamic providers are serialised. */
export const NOT_IN_CATALOG = "NOT_IN_CATALOG";

/** An authenticated user's view of a cloud. */
export interface Session {
  /** Calls a service, for example `call("network", "GET", "/v2.0/subnets/ID")`. Answers of 400 and more are returned, not thrown. */
  call(
    service: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

/** The same, with what Keystone has said of it, and for services that keep files. */
export interface CloudSession extends Session {
  /** Keystone's id of the project that the user works in; undefined for a token of none. */
  readonly projectId: string | undefined;

  /** Whether the catalog has the service. */
  has(service: string): boolean;

  /** Where the catalog says that a service is. @throws Error where there is none */
  url(service: string): string;

  /** Writes what a service has at a path into a new file. @throws Error unless all of it has come */
  download(service: string, path: string, file: string): Promise<void>;
}

interface CatalogEntry {
  type: string;
  endpoints: { interface: string; region_id: string; url: string }[];
}

interface Login {
  token: string;
  catalog: CatalogEntry[];
  projectId?: string | undefined;
}

/**
 * Authenticates with Keystone v3, and once more whenever a service no longer takes the token: an update may outlive it.
 * @throws Error with Keystone's own words when it refuses
 */
export async function openSession(credentials: Credentials): Promise<CloudSession> {
  let login = await authenticate(credentials);
  let renewal: Promise<Login> | undefined;
  /** One login for all calls that the old token failed at once. */
  const renewed = () => (renewal ??= authenticate(credentials).finally(() => (renewal = undefined)));

  return {
    projectId: login.projectId,
    has: (service) => found(credentials, login.catalog, service) !== undefined,
    url: (service) => endpoint(credentials, login.catalog, service),
    download: (service, path, file) => {
      const { token, catalog } = login;
      return download(credentials, endpoint(credentials, catalog, service) + path, { "X-Auth-Token": token }, file);
    },
    call: async (service, method, path, body, headers = {}) => {
      const ask = ({ token, catalog }: Login) => {
        const url = endpoint(credentials, catalog, service) + path;
        return askPatiently(credentials, { method, url, body, headers: { ...headers, "X-Auth-Token": token } });
      };
      const used = login;
      const answer = await ask(used);
      if (answer.status !== 401) return answer;
      if (login === used) login = await renewed();
      return ask(login);
    },
  };
}

async function authenticate(credentials: Credentials): Promise<Login> {
  const base = credentials.authUrl.endsWith("/v3") ? credentials.authUrl : `${credentials.authUrl}/v3`;
  const url = `${base}/auth/tokens`;
  // A second token does no harm.
  const asked = { method: "POST", url, body: authBody(credentials), repeatable: true };
  const { status, body, token = "" } = await askPatiently(credentials, asked);
  if (status !== 201) {
    throw new Error(`${url} answered ${status}: ${withoutSecrets(JSON.stringify(body), credentials)}`);
  }
  const { catalog, project } = (body as { token: { catalog: CatalogEntry[]; project?: { id: string } } }).token;
  return { token, catalog, projectId: project?.id };
}

const found = ({ interface: wanted, region }: Credentials, catalog: CatalogEntry[], service: string) =>
  catalog
    .find(({ type }) => type === service)
    ?.endpoints.find((each) => each.interface === wanted && (!region || each.region_id === region));

function endpoint(credentials: Credentials, catalog: CatalogEntry[], service: string): string {
  const { interface: wanted, region } = credentials;
  const there = found(credentials, catalog, service);
  if (!there) {
    const problem = `The cloud's catalog has no ${wanted} endpoint of ${service} in region ${region ?? "(any)"}`;
    throw Object.assign(new Error(problem), { code: NOT_IN_CATALOG });
  }
  // Some catalogs carry the version of these and some do not; callers always give it.
  return there.url.replace(/\/+$/, "").replace(service === "image" ? /\/v2$/ : /\/v2\.0$/, "");
}

function authBody(c: Credentials): unknown {
  const domain = (id?: string, name?: string) => (id ? { id } : { name: name ?? "Default" });
  const user = c.userId ? { id: c.userId } : { name: c.username, domain: domain(c.userDomainId, c.userDomainName) };
  if (c.applicationCredentialSecret) {
    const named = { name: c.applicationCredentialName, user };
    const who = c.applicationCredentialId ? { id: c.applicationCredentialId } : named;
    const credential = { ...who, secret: c.applicationCredentialSecret };
    return { auth: { identity: { methods: ["application_credential"], application_credential: credential } } };
  }
  const project = c.projectId
    ? { id: c.projectId }
    : { name: c.projectName, domain: domain(c.projectDomainId, c.projectDomainName) };
  const scope = c.projectId || c.projectName ? { scope: { project } } : {};
  const identity = c.token
    ? { methods: ["token"], token: { id: c.token } }
    : { methods: ["password"], password: { user: { ...user, password: c.password } } };
  return { auth: { identity, ...scope } };
}

/** Keystone may repeat what it was sent, for example a password that is not a string. */
function withoutSecrets(json: string, { password, token, applicationCredentialSecret }: Credentials): string {
  const secrets = [password, token, applicationCredentialSecret].filter(Boolean);
  // As JSON writes them, without the quotes.
  const written = secrets.map((secret) => JSON.stringify(String(secret)).slice(1, -1));
  return written.reduce((text, secret) => text.replaceAll(secret, "[secret]"), json);
}

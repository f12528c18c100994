import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { Credentials } from "./credentials";

/** An answer of an API: status, parsed body, and the token header that Keystone sends. */
export interface Answer {
  status: number;
  body: unknown;
  token?: string | undefined;
}

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

interface CatalogEntry {
  type: string;
  endpoints: { interface: string; region_id: string; url: string }[];
}

/** Authenticates with Keystone v3. @throws Error with Keystone's own words when it refuses. */
export async function openSession(credentials: Credentials): Promise<Session> {
  const base = credentials.authUrl.endsWith("/v3") ? credentials.authUrl : `${credentials.authUrl}/v3`;
  const answer = await request(credentials, "POST", `${base}/auth/tokens`, authBody(credentials));
  if (answer.status !== 201) {
    const refusal = withoutSecrets(JSON.stringify(answer.body), credentials);
    throw new Error(`${base}/auth/tokens answered ${answer.status}: ${refusal}`);
  }
  const catalog = (answer.body as { token: { catalog: CatalogEntry[] } }).token.catalog;

  const endpoint = (service: string) => {
    const found = catalog
      .find(({ type }) => type === service)
      ?.endpoints.find(
        (each) =>
          each.interface === credentials.interface && (!credentials.region || each.region_id === credentials.region),
      );
    if (!found)
      throw new Error(
        `The cloud's catalog has no ${credentials.interface} endpoint of ${service} in region ${credentials.region ?? "(any)"}`,
      );
    // Some catalogs carry the version and some do not; callers always give it.
    return found.url.replace(/\/+$/, "").replace(/\/v2\.0$/, "");
  };
  return {
    call: (service, method, path, body, headers = {}) =>
      request(credentials, method, endpoint(service) + path, body, { ...headers, "X-Auth-Token": answer.token ?? "" }),
  };
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

/** One request over HTTP or HTTPS. Node's own client, because `fetch` takes neither a CA file nor "insecure". */
function request(
  c: Credentials,
  method: string,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const tls = { rejectUnauthorized: !c.insecure, ...(c.caFile ? { ca: fs.readFileSync(c.caFile) } : {}) };
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const content =
    payload === undefined
      ? {}
      : { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(payload)) };
  return new Promise((resolve, reject) => {
    const client = url.startsWith("https:") ? https : http;
    const options = {
      method,
      headers: { Accept: "application/json", ...content, ...headers },
      timeout: 60_000,
      ...tls,
    };
    const sent = client.request(url, options, (received) => {
      const chunks: Buffer[] = [];
      received.on("data", (chunk: Buffer) => chunks.push(chunk));
      received.on("error", reject);
      received.on("end", () => {
        const token = received.headers["x-subject-token"];
        resolve({
          status: received.statusCode ?? 0,
          body: parsed(Buffer.concat(chunks).toString()),
          token: token as string | undefined,
        });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer within 60 s")));
    // Where a name has several addresses and none answers, the error has a code and no text.
    sent.on("error", ({ message, code }: NodeJS.ErrnoException) =>
      reject(new Error(`${method} ${url}: ${message || code}`)),
    );
    sent.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

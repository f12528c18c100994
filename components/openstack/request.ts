import * as fs from "node:fs";
import { EnvHttpProxyAgent, request } from "undici";
import { clock } from "./clock";
import { Credentials } from "./credentials";
import { isDirect } from "./proxy";
import { Outcome, retried } from "./retry";

/** An answer of an API: status, parsed body, and the token header that Keystone sends. */
export interface Answer {
  status: number;
  body: unknown;
  token?: string | undefined;
}

export interface Request {
  method: string;
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** May be sent twice, although its method does not say so. */
  repeatable?: boolean;
}

export type Trust = Pick<Credentials, "caFile" | "insecure">;

const CONNECT_TIMEOUT = 10_000;
/** For one attempt as a whole, from connecting to the last byte of the answer. */
const TIMEOUT = 60_000;

/** The connection was never made, so nothing was asked. */
const NOT_SENT = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];
/** It was lost, and nobody knows what was carried out. */
const LOST = ["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"];
const TIMED_OUT = "TimeoutError";

/**
 * Sends a request, and again for up to two minutes where the failure may pass: no connection, 429 and 5xx, and for changes in place 409
 * (the API is busy with the thing, or met another change of it; but no room is no room). What may have been carried out is sent again only if that does no harm.
 * Other refusals are returned, the last one of a series too. @throws Error when there is no answer at all
 */
export function askPatiently(trust: Trust, asked: Request): Promise<Answer> {
  return retried(() => attempt(trust, asked));
}

async function attempt(trust: Trust, asked: Request): Promise<Outcome<Answer>> {
  const repeatable = asked.repeatable === true || asked.method !== "POST";
  try {
    const { answer, wait } = await ask(trust, asked);
    const { status } = answer;
    const busy = asked.method === "PUT" && status === 409 && !isOverQuota(answer.body);
    const passing = status === 429 || (repeatable && status >= 500) || busy;
    return { result: () => answer, again: passing, wait };
  } catch (error) {
    const { name, message, code = "" } = error as NodeJS.ErrnoException;
    const lost = LOST.includes(code) || name === TIMED_OUT;
    // Where a name has several addresses and none answers, the error has a code and no text.
    const said = name === TIMED_OUT ? `no answer within ${TIMEOUT / 1000} s` : message || code;
    return {
      result: () => {
        throw new Error(`${asked.method} ${asked.url}: ${said}`);
      },
      again: NOT_SENT.includes(code) || (repeatable && lost),
    };
  }
}

/** Neutron's way to say so (neutron_lib/exceptions, OverQuota). */
const isOverQuota = (body: unknown) =>
  (body as { NeutronError?: { type?: string } } | null)?.NeutronError?.type === "OverQuota";

/**
 * One request over HTTP or HTTPS, through the proxy that HTTPS_PROXY or HTTP_PROXY names. undici's client, because Node's own knows no
 * proxies, and `fetch` takes neither a CA file nor "insecure". Connections are not kept: a program that has got its answer ends.
 */
async function ask(
  trust: Trust,
  { method, url, body, headers = {} }: Request,
): Promise<{ answer: Answer; wait?: number }> {
  const dispatcher = dispatcherFor(trust, url);
  try {
    const received = await request(url, {
      method: method as "GET",
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT),
      dispatcher,
    });
    const token = received.headers["x-subject-token"] as string | undefined;
    const wait = retryAfter(received.headers["retry-after"] as string | undefined);
    const answer = { status: received.statusCode, body: parsed(await received.body.text()), token };
    return { answer, ...(wait === undefined ? {} : { wait }) };
  } finally {
    await dispatcher.destroy();
  }
}

/** Whom a request goes through, and who is believed to be at the other end. */
export function dispatcherFor(trust: Trust, url: string): EnvHttpProxyAgent {
  const tls = { rejectUnauthorized: !trust.insecure, ...(trust.caFile ? { ca: fs.readFileSync(trust.caFile) } : {}) };
  const connect = { timeout: CONNECT_TIMEOUT };
  return new EnvHttpProxyAgent({
    connect: { ...tls, ...connect },
    requestTls: { ...tls, ...connect },
    proxyTls: connect,
    // Plain HTTP goes to the proxy as it is, as with curl and the OpenStack provider: proxies may refuse tunnels to such ports.
    proxyTunnel: false,
    ...(isDirect(url) ? { noProxy: "*" } : {}),
  });
}

/** Retry-After in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - clock.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

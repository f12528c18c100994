import { Session } from "../../../components/openstack/session";
import { Props } from "../protocol/values";

export type Item = Props & { id: string };

/** What an API refused, with its status. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

/** One service of a cloud. */
export interface Api {
  get(path: string): Promise<Props>;
  /** As `get`; undefined where there is no such thing. */
  find(path: string): Promise<Props | undefined>;
  post(path: string, body: unknown): Promise<Props>;
  put(path: string, body: unknown): Promise<Props>;
  /** Returns false while the thing is still in use (409), and true once it is gone. */
  remove(path: string): Promise<boolean>;
}

/**
 * @param session whose it is; asked anew for each request, since the plugin is configured after it was made
 * @param headers for example a microversion
 */
export function api(session: () => Session, service: string, headers: Record<string, string> = {}): Api {
  const ask = async (method: string, path: string, body?: unknown, accept: number[] = []) => {
    const { status, body: answer } = await session().call(service, method, path, body, headers);
    if (status >= 400 && !accept.includes(status))
      throw new ApiError(`${method} ${service} ${path}: ${status} ${JSON.stringify(answer)}`, status);
    return { status, answer: answer as Props };
  };
  return {
    get: async (path) => (await ask("GET", path)).answer,
    find: async (path) => {
      const { status, answer } = await ask("GET", path, undefined, [404]);
      return status === 404 ? undefined : answer;
    },
    post: async (path, body) => (await ask("POST", path, body)).answer,
    put: async (path, body) => (await ask("PUT", path, body)).answer,
    remove: async (path) => (await ask("DELETE", path, undefined, [404, 409])).status !== 409,
  };
}

/** What the kinds of this provider work with. */
export interface Cloud {
  network: Api;
  /** In its first microversion, whose servers name their flavor by id. */
  compute: Api;
  /** In a microversion that knows the tags of servers. */
  computeWithTags: Api;
  /** In the microversion that first had soft policies of server groups; before it, a request names one that is unknown. */
  computeWithGroups: Api;
  image: Api;
  /** Octavia. */
  balancers: Api;
  /** The region that the provider works in; undefined: the only one there is. */
  region: () => string | undefined;
  /** Between two questions while something is on its way, in milliseconds. */
  pause: number;
}

export const nonEmpty = (value: unknown): string | undefined =>
  value === "" || value === null ? undefined : (value as string | undefined);

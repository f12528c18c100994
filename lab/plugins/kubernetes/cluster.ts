import { waitFor } from "../../shell";
import { Props, text } from "../protocol/values";
import { Client } from "./client";

/** The cluster that a provider resource names, and how it is to be treated. */
export interface Cluster {
  config(): Props;
  /** @throws Error where the cluster does not answer: nothing is known of its objects then, and none counts as gone */
  reachable(): Promise<void>;
  /** An object; undefined where there is none. */
  find(path: string): Promise<Props | undefined>;
  /** The objects of a list. */
  get(path: string, query?: Record<string, string>): Promise<Props[]>;
  apply(path: string, object: Props, query: Record<string, string>): Promise<Props>;
  /** What a dry run gives; undefined where none can be made: no cluster yet, no namespace, or an object of that name. */
  tryOut(run: () => Promise<Props | undefined>): Promise<Props | undefined>;
  remove(path: string): Promise<void>;
  pause(): Promise<void>;
}

/** An answer that says no. */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const APPLY = "application/apply-patch+yaml";
const ATTEMPTS = 3;

/**
 * @param client undefined where the provider's configuration is not known yet
 * @param pause between two questions, in milliseconds
 */
export function clusterOf(client: () => Client | undefined, config: () => Props, pause = 1_000): Cluster {
  const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, pause));
  const ask = async (method: string, path: string, query?: Record<string, string>, body?: unknown, type?: string) => {
    const there = client();
    if (!there) throw new Error("The Kubernetes provider's kubeconfig is not known yet");
    return there.request(method, path, query, body, type);
  };
  const done = async (method: string, path: string, query?: Record<string, string>, body?: unknown, type?: string) => {
    const { status, body: answer } = await ask(method, path, query, body, type);
    if (status >= 400) throw new Refused(status, `${method} ${path}: ${status} ${text(answer.message)}`);
    return answer;
  };

  /** Asked once: as in the provider, a cluster counts as reachable or not for the whole of an operation. */
  let probe: Promise<Error | undefined> | undefined;
  const unreachable = () =>
    (probe ??= (async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          await ask("GET", "/version");
          return undefined;
        } catch (error) {
          if (attempt === ATTEMPTS) return error as Error;
        }
        await sleep();
      }
    })());
  const problem = (error: Error) => new Error(`The configured Kubernetes cluster cannot be reached: ${error.message}`);

  const cluster: Cluster = {
    config,
    reachable: async () => {
      const error = await unreachable();
      if (error) throw problem(error);
    },
    find: async (path) => {
      const { status, body } = await ask("GET", path);
      if (status === 404) return undefined;
      if (status >= 400) throw new Refused(status, `GET ${path}: ${status} ${text(body.message)}`);
      return body;
    },
    get: async (path, query) => (await done("GET", path, query)).items as Props[],
    apply: (path, object, query) => done("PATCH", path, query, object, APPLY),
    tryOut: async (run) => {
      if (!client() || (await unreachable())) return undefined;
      try {
        return await run();
      } catch (error) {
        // Not allowed to ask, no such namespace yet, another's field: the update will tell. What is wrong is wrong now.
        if (error instanceof Refused && [403, 404, 409].includes(error.status)) return undefined;
        throw error;
      }
    },
    remove: async (path) => {
      await cluster.reachable();
      const { status, body } = await ask("DELETE", path, {}, { propagationPolicy: "Foreground" });
      if (status === 404) return;
      if (status >= 400) throw new Refused(status, `DELETE ${path}: ${status} ${text(body.message)}`);
      await waitFor(`${path} to go`, async () => (await cluster.find(path)) === undefined, 600_000, pause);
    },
    pause: sleep,
  };
  return cluster;
}

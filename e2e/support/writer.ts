import { Agent, fetch } from "undici";
import { parse } from "yaml";
import { outputs } from "./cloud";

const EVERY = 100; // ms
const TIMEOUT = 1_000; // ms, for a write and for its reading
const PATH = "/api/v1/namespaces/default/configmaps";
const LABEL = "written-by=availability";

interface Kubeconfig {
  clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
  users: [{ user: { "client-certificate-data": string; "client-key-data": string } }];
}

/** What a client of the API saw while something happened to the cluster. */
export interface Seen {
  /** Writes that the API acknowledged and gave back. */
  written: number;
  failed: number;
  /** The longest time between two of them, in seconds. */
  gap: number;
  /** Writes that were acknowledged and are not there any more. */
  lost: string[];
}

/** As an administrator, by the address that everybody has. */
class Client {
  private readonly server: string;
  private readonly dispatcher: Agent;

  constructor() {
    const { clusters, users } = parse(outputs().kubeconfig) as Kubeconfig;
    const decode = (data: string) => Buffer.from(data, "base64").toString();
    this.server = clusters[0].cluster.server;
    this.dispatcher = new Agent({
      connect: {
        ca: decode(clusters[0].cluster["certificate-authority-data"]),
        cert: decode(users[0].user["client-certificate-data"]),
        key: decode(users[0].user["client-key-data"]),
      },
    });
  }

  /** @throws Error unless it succeeds in time; the connection is then given up, as it may lead to a node that is gone */
  async call(method: string, path: string, timeout = TIMEOUT, body?: object): Promise<unknown> {
    const response = await fetch(this.server + path, {
      method,
      dispatcher: this.dispatcher,
      signal: AbortSignal.timeout(timeout),
      headers: { "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return answer;
  }

  close = () => this.dispatcher.destroy();
}

/** Ten times a second writes an object of its own and reads it back, for as long as something takes. */
export async function whileWriting(work: () => Promise<void>): Promise<Seen> {
  const client = new Client();
  await client.call("DELETE", `${PATH}?labelSelector=${LABEL}`, 60_000);
  const [key, value] = LABEL.split("=") as [string, string];
  const acknowledged: string[] = [];
  const times = [Date.now()];
  let failed = 0;
  const write = async (name: string) => {
    try {
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { [key]: value } } };
      await client.call("POST", PATH, TIMEOUT, object);
      acknowledged.push(name);
      await client.call("GET", `${PATH}/${name}`);
      times.push(Date.now());
    } catch {
      failed++;
    }
  };
  const writes: Promise<void>[] = [];
  const timer = setInterval(() => writes.push(write(`availability-${writes.length}`)), EVERY);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await Promise.all(writes);
  }
  try {
    const answer = await client.call("GET", `${PATH}?labelSelector=${LABEL}`, 60_000);
    const there = new Set(
      (answer as { items: { metadata: { name: string } }[] }).items.map((one) => one.metadata.name),
    );
    const gaps = [...times.slice(1), Date.now()].map((time, index) => time - times[index]!);
    return {
      written: times.length - 1,
      failed,
      gap: Math.max(...gaps) / 1000,
      lost: acknowledged.filter((name) => !there.has(name)),
    };
  } finally {
    await client.close();
  }
}

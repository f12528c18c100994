import { Client, Reply } from "../../../lab/plugins/kubernetes/client";
import { Props } from "../../../lab/plugins/protocol/values";

type Query = Record<string, string>;

/** An API server in memory that applies objects: what is applied is merged over what there is, and what it fills in is filled in. */
export class FakeKubernetes implements Client {
  readonly objects = new Map<string, Props>();
  readonly requests: { method: string; path: string; query: Query; body: unknown; type: string | undefined }[] = [];
  /** What the controllers do after an object was applied. */
  settle: (object: Props) => void = () => undefined;
  up = true;

  request(method: string, path: string, query: Query = {}, body?: unknown, type?: string): Promise<Reply> {
    this.requests.push({ method, path, query, body, type });
    if (!this.up) return Promise.reject(new Error("connect ECONNREFUSED"));
    return Promise.resolve(this.answer(method, path, query, structuredClone(body) as Props));
  }

  private answer(method: string, path: string, query: Query, body: Props): Reply {
    if (path === "/version") return { status: 200, body: { minor: "34" } };
    if (path.endsWith("/endpointslices")) return { status: 200, body: { items: this.slices } };
    const there = this.objects.get(path);
    if (method === "PATCH") return this.apply(path, query, body, there);
    if (!there) return { status: 404, body: { message: "not found" } };
    if (method === "DELETE") this.objects.delete(path);
    return { status: 200, body: structuredClone(there) };
  }

  slices: Props[] = [];

  private apply(path: string, query: Query, body: Props, there: Props | undefined): Reply {
    if (JSON.stringify(body).includes("unknownField"))
      return { status: 400, body: { message: 'unknown field "unknownField"' } };
    const metadata = body.metadata as Props;
    const own = {
      uid: "u",
      resourceVersion: "1",
      generation: 1,
      creationTimestamp: "t",
      managedFields: [{ manager: query.fieldManager }],
    };
    // What is an empty map to the program is none to the API.
    const said = Object.fromEntries(Object.entries(metadata).filter(([, v]) => JSON.stringify(v) !== "{}"));
    const object = { ...there, ...body, metadata: { ...said, ...own } };
    this.settle(object);
    if (!query.dryRun) this.objects.set(path, object);
    return { status: 200, body: structuredClone(object) };
  }
}

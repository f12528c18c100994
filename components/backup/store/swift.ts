import { CloudSession, Session } from "../../openstack/session";

const SERVICE = "object-store";
const KEY = "X-Container-Meta-Temp-URL-Key";

/** A cluster's folder in a container. */
export interface Folder {
  container: string;
  /** Ends with a slash. */
  prefix: string;
}

const pathOf = (container: string, object = "") =>
  `/${[container, ...(object ? object.split("/") : [])].map(encodeURIComponent).join("/")}`;

/** Makes the container where there is none, and gives it its key for temporary URLs. What is in it stays. @throws Error when the store refuses */
export async function putContainer(session: Session, container: string, key: string): Promise<void> {
  const { status, body } = await session.call(SERVICE, "PUT", pathOf(container), undefined, { [KEY]: key });
  if (status >= 300) throw refused("make the container", container, status, body);
}

/** Takes the key away: no temporary URL of the container works any more. What is in it stays. @throws Error when the store refuses */
export async function dropKey(session: Session, container: string): Promise<void> {
  const drop = { "X-Remove-Container-Meta-Temp-URL-Key": "x" };
  const { status, body } = await session.call(SERVICE, "POST", pathOf(container), undefined, drop);
  if (status >= 300 && status !== 404) throw refused("change the container", container, status, body);
}

/** @throws Error when the store refuses */
export async function hasContainer(session: Session, container: string): Promise<boolean> {
  const { status, body } = await session.call(SERVICE, "GET", `${pathOf(container)}?limit=1&format=json`);
  if (status === 404) return false;
  if (status >= 300) throw refused("read the container", container, status, body);
  return true;
}

/** The account's URL. @throws Error where the cloud has no object store */
export const storageUrl = (session: CloudSession): string => session.url(SERVICE);

/** What `latest` says of the last snapshot (cloudinit/files/etcd-snapshot.py). */
export interface Latest {
  name: string;
  /** RFC 3339, in UTC. */
  time: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /** Keys of etcd. */
  keys: number;
  kubernetes: string;
}

/** The last snapshot; undefined: there is none. @throws Error when the store refuses, or has something else in its place */
export async function readLatest(session: Session, { container, prefix }: Folder): Promise<Latest | undefined> {
  const { status, body } = await session.call(SERVICE, "GET", pathOf(container, `${prefix}latest`));
  if (status === 404) return undefined;
  if (status >= 300) throw refused(`read ${prefix}latest in`, container, status, body);
  const { name, time } = (typeof body === "object" && body !== null ? body : {}) as Partial<Latest>;
  if (typeof name !== "string" || typeof time !== "string" || Number.isNaN(Date.parse(time)))
    throw new Error(`${container}/${prefix}latest does not say which snapshot is the last one`);
  return body as Latest;
}

/** Downloads a snapshot into a new file. @throws Error unless all of it has come */
export const downloadSnapshot = (session: CloudSession, { container, prefix }: Folder, name: string, file: string) =>
  session.download(SERVICE, pathOf(container, prefix + name), file);

/** Names of the snapshots in a folder, the newest last. @throws Error when the store refuses */
export async function snapshots(session: Session, { container, prefix }: Folder): Promise<string[]> {
  const query = `?format=json&limit=10000&prefix=${encodeURIComponent(prefix)}`;
  const { status, body } = await session.call(SERVICE, "GET", pathOf(container) + query);
  if (status === 404) return [];
  if (status >= 300) throw refused("list the container", container, status, body);
  const names = (body as { name: string }[] | "") || [];
  return names.map(({ name }) => name.slice(prefix.length)).filter((name) => name.endsWith(".db"));
}

const refused = (what: string, container: string, status: number, body: unknown) =>
  new Error(`The object store answered ${status} when asked to ${what} ${container}: ${JSON.stringify(body)}`);

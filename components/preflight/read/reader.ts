import { calledName } from "../../openstack/listed";
import { CloudSession } from "../../openstack/session";

/** A cloud that is asked for facts. */
export interface Reader {
  session: CloudSession;
  /** What could not be read, in words: one line for each. */
  unread: string[];
}

/** An API may say a whole page of why it refuses. */
const MOST = 240;

/** What is read, or undefined: a service that the cloud lacks, or that refuses, is noted, and no reason to fail. */
export async function tried<T>({ unread }: Reader, what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (reason) {
    const { message } = reason as Error;
    unread.push(`${what}: ${message.length > MOST ? `${message.slice(0, MOST)}…` : message}`);
    return undefined;
  }
}

/** One answer of a service. @throws Error when it refuses */
export async function answerOf<T>({ session }: Reader, service: string, path: string): Promise<T> {
  const { status, body } = await session.call(service, "GET", path);
  if (status !== 200) throw new Error(`${calledName(service)} answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
}

/** A quota, where both numbers are known. */
export const quota = (limit: number | undefined, used: number | undefined) =>
  limit === undefined || used === undefined ? undefined : { limit, used };

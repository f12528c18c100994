import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as yaml from "yaml";
import { Props, text } from "../protocol/values";

/** Where a cluster is, and who asks. */
export interface Access {
  server: string;
  /** The authority that the server's certificate is from, PEM. */
  ca?: string;
  /** A client certificate and its key, PEM. */
  cert?: string;
  key?: string;
  token?: string;
}

interface Named {
  name: string;
  context?: { cluster: string; user: string };
  cluster?: Props;
  user?: Props;
}

const CLUSTER = ["server", "certificate-authority-data"];
const USER = ["client-certificate-data", "client-key-data", "token"];

/**
 * Reads a kubeconfig, or the file that is named, in memory alone: no copy of it is written anywhere.
 * @param context the context to take; by default, the current one
 * @throws Error where it asks for what is not implemented: credentials must be in it themselves
 */
export function parseKubeconfig(kubeconfig: string, context?: string): Access {
  const source =
    kubeconfig.includes("\n") || !fs.existsSync(kubeconfig) ? kubeconfig : fs.readFileSync(kubeconfig, "utf8");
  const document = yaml.parse(source) as Record<string, Named[] | string | undefined> | null;
  const name = context ?? (document?.["current-context"] as string | undefined);
  const pick = (list: string, key: "context" | "cluster" | "user", wanted: string | undefined) => {
    const found = (document?.[list] as Named[] | undefined)?.find((entry) => entry.name === wanted)?.[key];
    if (!found) throw new Error(`The kubeconfig has no ${key} ${text(wanted)}`);
    return found;
  };
  const { cluster, user } = pick("contexts", "context", name) as { cluster: string; user: string };
  const { server, ...trust } = implemented("cluster", pick("clusters", "cluster", cluster), CLUSTER);
  const credentials = implemented("user", pick("users", "user", user), USER);
  const decoded = (data: unknown) => (data === undefined ? undefined : Buffer.from(text(data), "base64").toString());
  const parts = {
    ca: decoded(trust["certificate-authority-data"]),
    cert: decoded(credentials["client-certificate-data"]),
    key: decoded(credentials["client-key-data"]),
    token: credentials.token as string | undefined,
  };
  return { server: text(server), ...defined(parts) };
}

function implemented(what: string, entry: Props, keys: string[]): Props {
  const strange = Object.keys(entry).filter((key) => !keys.includes(key));
  if (strange.length === 0) return entry;
  throw new Error(
    `The lab's plugins do not implement ${strange.map((key) => `${what}.${key}`).join(", ")} of a kubeconfig`,
  );
}

const defined = <T extends object>(parts: T) =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

/** What tells clusters apart: address and authority, not the user. */
export function clusterDigest(kubeconfig: string, context?: string): string {
  const { server, ca } = parseKubeconfig(kubeconfig, context);
  return createHash("sha256")
    .update(JSON.stringify([server, ca]))
    .digest("hex");
}

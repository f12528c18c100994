import * as yaml from "yaml";

/** A certificate with its key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A kubeconfig that stands alone: CA, certificate and key are inside. `server` is the API's URL. */
export function renderKubeconfig(
  user: string,
  server: string,
  ca: string,
  { cert, key }: KeyPair,
  cluster = "kubernetes",
): string {
  return yaml.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: cluster, cluster: { server, "certificate-authority-data": base64(ca) } }],
      users: [{ name: user, user: { "client-certificate-data": base64(cert), "client-key-data": base64(key) } }],
      contexts: [{ name: cluster, context: { cluster, user } }],
      "current-context": cluster,
    },
    { lineWidth: 0 },
  );
}

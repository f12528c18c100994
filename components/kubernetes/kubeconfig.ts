import * as yaml from "yaml";
import { pki } from "./flags/paths";

/** A certificate with its key, both PEM. */
export interface KeyPair {
  cert: string;
  key: string;
}

const CLUSTER = "kubernetes";
const base64 = (text: string) => Buffer.from(text).toString("base64");

function render(user: string, cluster: Record<string, string>, credentials: Record<string, string>): string {
  return yaml.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: CLUSTER, cluster }],
      users: [{ name: user, user: credentials }],
      contexts: [{ name: CLUSTER, context: { cluster: CLUSTER, user } }],
      "current-context": CLUSTER,
    },
    { lineWidth: 0 },
  );
}

/** A kubeconfig that stands alone: CA, certificate and key are inside. `server` is the API's URL. */
export function renderKubeconfig(user: string, server: string, ca: string, { cert, key }: KeyPair): string {
  const credentials = { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
  return render(user, { server, "certificate-authority-data": base64(ca) }, credentials);
}

/** A node's kubeconfig, with the node's files `ca.crt`, `<files>.crt` and `<files>.key`: user-data has little room. */
export function renderNodeKubeconfig(user: string, server: string, files: string): string {
  const credentials = { "client-certificate": pki(`${files}.crt`), "client-key": pki(`${files}.key`) };
  return render(user, { server, "certificate-authority": pki("ca.crt") }, credentials);
}

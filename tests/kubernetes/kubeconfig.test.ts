import * as yaml from "yaml";
import { renderKubeconfig } from "../../components/kubernetes/kubeconfig";

it("stands alone: CA, certificate and key are inside", () => {
  const text = renderKubeconfig("system:kube-proxy", "https://10.106.1.250:6443", "CA", { cert: "CERT", key: "KEY" });
  expect(yaml.parse(text)).toEqual({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "kubernetes",
        cluster: { server: "https://10.106.1.250:6443", "certificate-authority-data": btoa("CA") },
      },
    ],
    users: [
      { name: "system:kube-proxy", user: { "client-certificate-data": btoa("CERT"), "client-key-data": btoa("KEY") } },
    ],
    contexts: [{ name: "kubernetes", context: { cluster: "kubernetes", user: "system:kube-proxy" } }],
    "current-context": "kubernetes",
  });
});

import * as yaml from "yaml";
import { renderKubeconfig, renderNodeKubeconfig } from "../../components/kubernetes/kubeconfig";

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

it("names the node's own files, so that user-data holds each key once", () => {
  expect(
    yaml.parse(renderNodeKubeconfig("system:kube-scheduler", "https://10.106.1.250:6443", "scheduler")),
  ).toMatchObject({
    clusters: [
      { cluster: { server: "https://10.106.1.250:6443", "certificate-authority": "/etc/kubernetes/pki/ca.crt" } },
    ],
    users: [
      {
        name: "system:kube-scheduler",
        user: {
          "client-certificate": "/etc/kubernetes/pki/scheduler.crt",
          "client-key": "/etc/kubernetes/pki/scheduler.key",
        },
      },
    ],
    "current-context": "kubernetes",
  });
});

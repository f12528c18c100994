import { NAME } from "./rows";

/** What two workers' pods need: each its own Secret, ConfigMap and service account. No pod asks for any right on its node. */
export function intruderObjects(namespace: string, image: string, workers: { own: string; other: string }): object {
  const objects = (["own", "other"] as const).flatMap((whose) => {
    const metadata = { name: NAME[whose], namespace };
    const container = {
      name: "tools",
      image,
      envFrom: [{ secretRef: { name: NAME[whose] } }, { configMapRef: { name: NAME[whose] } }],
    };
    const spec = {
      nodeName: workers[whose],
      serviceAccountName: NAME[whose],
      terminationGracePeriodSeconds: 1,
      containers: [container],
    };
    return [
      { apiVersion: "v1", kind: "ServiceAccount", metadata },
      { apiVersion: "v1", kind: "Secret", metadata, stringData: { SECRET: whose } },
      { apiVersion: "v1", kind: "ConfigMap", metadata, data: { OPEN: whose } },
      { apiVersion: "v1", kind: "Pod", metadata, spec },
    ];
  });
  const items = [{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }, ...objects];
  return { apiVersion: "v1", kind: "List", items };
}

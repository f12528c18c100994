import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { controlPlane, outputs, workers } from "../support/cloud";
import { inPod, kubectl, Pod, toolPods } from "../support/kube";

/** The Service that holds the nodes' own ports, and what it holds. */
const RESERVATION = ["service", "hostroute-own-ports", "-n", "kube-system"];
const OWN_PORTS = [10248, 10249, 10250, 10256];

interface Service {
  metadata: object;
  spec: { ports: { nodePort: number }[] };
}
const reservation = async () => JSON.parse(await kubectl(["get", ...RESERVATION, "-o", "json"])) as Service;

const service = (name: string, spec: object) => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec });
const create = (object: object) => kubectl(["create", "-f", "-"], JSON.stringify(object));
const port = (nodePort: number, more: object = {}) => ({
  name: `p${nodePort}`,
  port: nodePort,
  targetPort: 8080,
  nodePort,
  ...more,
});

let pods: Pod[];
beforeAll(async () => {
  pods = await toolPods();
}, 240_000);

describe("the API", () => {
  test("holds back every port of the NodePort range that a worker listens on", async () => {
    const held = (await reservation()).spec.ports.map(({ nodePort }) => nodePort).sort();
    expect(held).toEqual(OWN_PORTS);
    for (const { instanceId } of workers()) {
      const sockets = (await inGuest(instanceId, ["ss", "-Hltn"])).trim().split("\n");
      const ports = sockets.map((line) => Number(/:(\d+)$/.exec(line.split(/\s+/)[3]!)?.[1]));
      expect(ports).toEqual(expect.arrayContaining(OWN_PORTS));
      expect(ports.filter((each) => each >= 3000 && each <= 32767 && !held.includes(each))).toEqual([]);
    }
  });

  test("gives none of them to a Service that asks", async () => {
    for (const taken of OWN_PORTS) {
      const wish = service("wish", { type: "NodePort", selector: { app: "tools" }, ports: [port(taken)] });
      await expect(create(wish)).rejects.toThrow("provided port is already allocated");
      const health = { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: taken };
      await expect(create(service("wish", { ...health, ports: [port(3082)] }))).rejects.toThrow(
        "provided port is already allocated",
      );
    }
  });

  test("lets no Service claim a node's address", async () => {
    const externalIPs = [outputs().nodes[0]!.address];
    const wish = service("wish", {
      externalIPs,
      selector: { app: "tools" },
      ports: [{ port: 6443, targetPort: 8080 }],
    });
    await expect(create(wish)).rejects.toThrow("external IPs");
  });
});

describe("with a Service on all of a node's ports, as if the API had let it through", () => {
  const NAME = "taker";
  let saved: Service;

  beforeAll(async () => {
    saved = await reservation();
    await kubectl(["delete", ...RESERVATION]);
    const ports = [3081, ...OWN_PORTS].map((each) => port(each));
    await create(service(NAME, { type: "NodePort", selector: { app: "tools" }, ports }));
    for (const { address, instanceId } of workers())
      await waitFor(
        `NodePort 3081 of ${address}`,
        async () => (await curl(instanceId, `http://${address}:3081/`)).includes("tools-"),
        60_000,
      );
  }, 240_000);
  afterAll(async () => {
    await kubectl(["delete", "service", NAME, "--ignore-not-found"]);
    const { name, namespace, labels, annotations } = saved.metadata as Record<string, unknown>;
    const spec = { type: "NodePort", ports: saved.spec.ports };
    await create({ apiVersion: "v1", kind: "Service", metadata: { name, namespace, labels, annotations }, spec });
  }, 60_000);

  const curl = (instanceId: string, ...args: string[]) => inGuest(instanceId, ["curl", "-sk", "-m", "5", ...args]);
  /** Who knows no client says so: kubelet. */
  const status = (instanceId: string, address: string) =>
    curl(instanceId, "-o", "/dev/null", "-w", "%{http_code}", `https://${address}:10250/pods`);

  test("kubectl exec and logs work on every node", async () => {
    for (const pod of pods) {
      expect((await inPod(pod, "hostname")).trim()).toBe(pod.name);
      await inPod(pod, "/bin/podtool", "get", "http://127.0.0.1:8080/logged");
      expect(await kubectl(["logs", pod.name])).toContain("/logged");
    }
  });

  test("kubelet answers at 10250 to the control plane, to other nodes, to its own and to pods", async () => {
    for (const { address } of workers()) {
      for (const { instanceId } of [controlPlane(), ...workers()])
        expect(await status(instanceId, address)).toBe("401");
      for (const pod of pods) {
        const answer = `podtool get http://${address}:10250/ 2>&1; echo "exit $?"`;
        expect(await inPod(pod, "sh", "-c", answer)).toContain("HTTP request to an HTTPS server");
      }
    }
    for (const { instanceId } of workers()) expect(await status(instanceId, "127.0.0.1")).toBe("401");
  });

  test("so do kubelet's and kube-proxy's own checks, on loopback and from outside", async () => {
    for (const { instanceId, address } of workers()) {
      expect(await curl(instanceId, "http://127.0.0.1:10248/healthz")).toBe("ok");
      expect(await curl(instanceId, "http://127.0.0.1:10249/proxyMode")).toBe("iptables");
      expect(await curl(controlPlane().instanceId, `http://${address}:10256/healthz`)).toContain("lastUpdated");
    }
  });
});

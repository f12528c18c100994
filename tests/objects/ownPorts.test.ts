import { OwnPorts } from "../../components/objects/ownPorts";
import { allRegistered, startMocks } from "../mocks";

async function made(first: number, last: number) {
  const { resources } = await startMocks();
  new OwnPorts("dev", { nodePorts: [first, last] });
  await allRegistered();
  return resources;
}

it("reserves kubelet's and kube-proxy's ports in a Service that every kube-proxy passes over", async () => {
  const port = (name: string, number: number) => ({ name, protocol: "TCP", port: number, nodePort: number });
  expect(await made(3000, 32767)).toEqual([
    {
      type: "kubernetes:core/v1:Service",
      name: "dev-own-ports",
      inputs: expect.objectContaining({
        metadata: expect.objectContaining({
          name: "hostroute-own-ports",
          namespace: "kube-system",
          labels: { "service.kubernetes.io/service-proxy-name": "none" },
        }) as unknown,
        spec: {
          type: "NodePort",
          ports: [
            port("kubelet-healthz", 10248),
            port("kube-proxy-metrics", 10249),
            port("kubelet", 10250),
            port("kube-proxy-healthz", 10256),
          ],
        },
      }) as unknown,
    },
  ]);
});

it.each<[number, number, number[]]>([
  [1, 65535, [22, 10248, 10249, 10250, 10256]],
  [10250, 10255, [10250]],
])("reserves, of %i to %i, only what is in it: the API refuses the rest", async (first, last, ports) => {
  const spec = (await made(first, last))[0]?.inputs.spec as { ports: { nodePort: number }[] };
  expect(spec.ports.map(({ nodePort }) => nodePort)).toEqual(ports);
});

it.each<[number, number]>([
  [30000, 32767],
  [10251, 10255],
])("reserves nothing where no such port is in %i to %i", async (first, last) => {
  expect(await made(first, last)).toEqual([]);
});

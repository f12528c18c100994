import { DEFAULT_RELEASE } from "../../components/kubernetes/releases";
import { parseKubernetesVersion } from "../../components/kubernetes/version";
import { resolve } from "../../components/settings/resolve";
import { settingsOf, specOf } from "../fixtures";

it("derives from the defaults what the 1.4-era document has", () => {
  expect(specOf()).toMatchObject({
    kubernetesVersion: DEFAULT_RELEASE,
    release: parseKubernetesVersion(DEFAULT_RELEASE),
    cri: true,
    clusterDns: "10.32.0.10",
    nodePorts: [3000, 32767],
    layout: { gateway: "10.106.1.1", firstWorker: "10.106.1.2", firstControlPlane: "10.106.1.250" },
    api: {
      kind: "server",
      host: "10.106.1.250",
      behindBalancer: false,
      url: "https://10.106.1.250:6443",
      floatingIp: false,
    },
  });
});

it("puts the operator's own before what would follow, key by key", () => {
  const network = { gateway: "10.106.1.254", firstControlPlaneAddress: "10.106.1.240" };
  const allocationPool = { start: "10.106.1.100", end: "10.106.1.110" };
  const spec = specOf({ clusterDns: "10.32.0.53", network: { ...network, allocationPool } });
  expect(spec.clusterDns).toBe("10.32.0.53");
  expect(spec.layout).toEqual({
    gateway: "10.106.1.254",
    firstWorker: "10.106.1.2",
    firstControlPlane: "10.106.1.240",
    allocationPools: [allocationPool],
  });
  expect(spec.api.url).toBe("https://10.106.1.240:6443");
});

it("takes what belongs to the release, and the operator's own before it, key by key", () => {
  const { artifacts, images } = specOf({ kubernetesVersion: "1.36" });
  expect(artifacts.versions).toEqual({ etcd: "3.6.13", containerd: "2.3.4", runc: "1.4.3", cniPlugins: "1.9.1" });
  expect(images).toEqual({
    sandbox: "registry.k8s.io/pause:3.10.2",
    coredns: "registry.k8s.io/coredns/coredns:v1.14.2",
  });
  const runc = "github.com/opencontainers/runc/releases/download/v1.3.3/runc.amd64";
  const own = specOf({
    kubernetesVersion: "1.36.3",
    artifacts: { versions: { runc: "1.3.3" }, sha256: { [runc]: "a".repeat(64) } },
    images: { coredns: "mirror.example/coredns:1" },
  });
  expect(own.artifacts.versions).toEqual({ ...artifacts.versions, runc: "1.3.3" });
  expect(own.images).toEqual({ ...images, coredns: "mirror.example/coredns:1" });
});

it("sends nodes to the balancer, where there is one", () => {
  const host = "api.example.org";
  const network = { externalNetwork: "public" };
  expect(specOf({ network, apiEndpoint: { kind: "external", host } }).api).toEqual({
    kind: "external",
    host,
    behindBalancer: true,
    url: "https://api.example.org",
    floatingIp: false,
  });
});

it("gives the API of several servers an address of its own, which is no node's, and that of one where it is asked for", () => {
  const own = { kind: "vip", host: "10.106.1.199", behindBalancer: false, url: "https://10.106.1.199:6443" };
  const spec = specOf({ controlPlane: { count: 3 } });
  expect(spec.api).toEqual({ ...own, floatingIp: false });
  expect(spec.layout.api).toBe("10.106.1.199");
  expect(spec.nodeRanges.workers.at(-1)).toBe("10.106.1.198/32");
  expect(spec.nodeRanges.controlPlane.at(-1)).toBe("10.106.1.199/32");
  expect(specOf({ apiEndpoint: { kind: "vip" } }).api).toEqual({ ...own, floatingIp: false });
  const address = "10.106.1.77";
  const chosen = specOf({ controlPlane: { count: 5 }, apiEndpoint: { address } });
  expect([chosen.api.host, chosen.layout.api]).toEqual([address, address]);
  expect(specOf().layout.api).toBeUndefined();
});

it("gives Octavia's balancer an address that is no node's either, where pods are strangers", () => {
  const { api, layout, nodeRanges } = specOf({ apiEndpoint: { kind: "octavia" } });
  expect(api).toMatchObject({
    kind: "octavia",
    host: "10.106.1.199",
    behindBalancer: true,
    url: "https://10.106.1.199",
  });
  expect(layout.api).toBe("10.106.1.199");
  expect([nodeRanges.workers.at(-1), nodeRanges.controlPlane.at(-1)]).toEqual(["10.106.1.198/32", "10.106.1.254/32"]);
});

it("gives the API a floating IP where there is an external network, unless the operator wants none", () => {
  const network = { externalNetwork: "public" };
  const floatingIp = (raw: Parameters<typeof specOf>[0]) => specOf(raw).api.floatingIp;
  expect(floatingIp({ network })).toBe(true);
  expect(floatingIp({ network, apiEndpoint: { floatingIp: false } })).toBe(false);
  expect(floatingIp({ apiEndpoint: { floatingIp: true } })).toBe(false);
});

it("cannot be changed by whoever has it, at any depth", () => {
  const spec = specOf() as unknown as { workerPools: { exclude: number[] }[]; plan: { routes: { nextHop: string }[] } };
  expect(() => spec.workerPools.pop()).toThrow(TypeError);
  expect(() => spec.workerPools[0]!.exclude.push(1)).toThrow(TypeError);
  expect(() => (spec.plan.routes[0]!.nextHop = "10.106.1.9")).toThrow(TypeError);
});

it("leaves the settings that it is given as they are", () => {
  const settings = settingsOf();
  resolve(settings);
  settings.workerPools[0]!.exclude.push(1);
  expect(settings.workerPools[0]!.exclude).toEqual([1]);
});

it("refuses to plan what validation would have refused", () => {
  expect(() => resolve({ ...settingsOf(), clusterCidr: "10.200.0.0/23" })).toThrow(RangeError);
});

import { DEFAULT_RELEASE } from "../../components/kubernetes/releases";
import { versionTag } from "../../components/kubernetes/version";
import { Mirror } from "../../lab/artifacts";
import { apiAccessOf, needsOctavia, withMirror } from "../../lab/site";

const hosts = { path: "/etc/containerd/certs.d/mirror/hosts.toml", content: "h", permissions: "0644" };
const mirror: Mirror = (release) => ({
  artifacts: { baseUrl: "http://mirror", sha256: {}, versions: {} },
  images: { sandbox: `mirror/pause:${versionTag(release)}`, coredns: "mirror/coredns:1" },
  extraFiles: [hosts],
});

it.each([
  [{}, `v${DEFAULT_RELEASE}`],
  [{ "hostroute:kubernetesVersion": "1.36" }, "v1.36.3"],
])("says what the mirror has for the release of the stack's configuration, %j", (config, tag) => {
  const own = { path: "/etc/own", content: "o" };
  const site = withMirror(mirror)({
    ...config,
    "hostroute:controlPlane": { count: 3 },
    "hostroute:workerPools": [{ name: "a", extraFiles: [own] }],
    "other:key": 1,
  });
  expect(site).toEqual({
    ...config,
    "hostroute:artifacts": { baseUrl: "http://mirror", sha256: {}, versions: {} },
    "hostroute:images": { sandbox: `mirror/pause:${tag}`, coredns: "mirror/coredns:1" },
    "hostroute:controlPlane": { count: 3, extraFiles: [hosts] },
    "hostroute:workerPools": [{ name: "a", extraFiles: [own, hosts] }],
    "other:key": 1,
  });
});

it.each([
  [{}, []],
  [{ "hostroute:access": { api: ["198.51.100.0/24", "198.51.100.1/24", "x", 1] } }, ["198.51.100.0/24"]],
  [{ "hostroute:access": { api: "198.51.100.0/24" } }, []],
])("knows from where the API of %j may be reached, as far as that can be read", (config, ranges) => {
  expect(apiAccessOf(config)).toEqual(ranges);
});

it.each([
  [{}, false],
  [{ "hostroute:apiEndpoint": { kind: "vip" } }, false],
  [{ "hostroute:apiEndpoint": { kind: "octavia", provider: "ovn" } }, true],
])("knows whether %j wants Octavia, which the lab does not start for nothing", (config, wanted) => {
  expect(needsOctavia(config)).toBe(wanted);
});

import { artifactsOf, controlPlaneUpstream, unpinned, workerUpstream } from "../../components/kubernetes/artifacts";
import { pinnedDigests } from "../../components/kubernetes/releases";
import { specOf } from "../fixtures";

const { artifacts: source } = specOf({ kubernetesVersion: "1.36.3" });
const current = { minor: 36, patch: 3 };
const names = (of: typeof workerUpstream, minor: number) =>
  of({ minor, patch: 0 }, source).map(({ file }) => file.split("/").at(-1));

it("brings to each node what its services run, and no more", () => {
  expect(names(controlPlaneUpstream, 36)).toEqual([
    "etcd-v3.6.13-linux-amd64.tar.gz",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kubectl",
  ]);
  const containerd = ["containerd-2.3.4-linux-amd64.tar.gz", "runc.amd64", "cni-plugins-linux-amd64-v1.9.1.tgz"];
  expect(names(workerUpstream, 24)).toEqual([...containerd, "kubelet", "kube-proxy"]);
  // Before dockershim's end the runtime is the image's Docker.
  expect(names(workerUpstream, 23)).toEqual(["kubelet", "kube-proxy"]);
});

it("knows the digest of every file of the default releases", () => {
  const files = [...controlPlaneUpstream(current, source), ...workerUpstream(current, source)];
  expect(unpinned(files, source)).toEqual([]);
  for (const digest of Object.values(pinnedDigests)) expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

it("says where each file comes from, what it hashes to, and what of it goes where", () => {
  const [runc] = artifactsOf(workerUpstream(current, source).slice(1, 2), source);
  expect(runc).toEqual({
    url: "https://github.com/opencontainers/runc/releases/download/v1.4.3/runc.amd64",
    sha256: pinnedDigests["github.com/opencontainers/runc/releases/download/v1.4.3/runc.amd64"],
    install: { "/usr/local/bin/runc": null },
  });
  const [etcd] = artifactsOf(controlPlaneUpstream(current, source), source);
  expect(etcd?.install).toEqual({
    "/usr/local/bin/etcd": "etcd-v3.6.13-linux-amd64/etcd",
    "/usr/local/bin/etcdctl": "etcd-v3.6.13-linux-amd64/etcdctl",
    "/usr/local/bin/etcdutl": "etcd-v3.6.13-linux-amd64/etcdutl",
  });
});

it.each(["http://mirror.example/k8s", "http://mirror.example/k8s/"])(
  "takes everything from the mirror %s",
  (baseUrl) => {
    const files = artifactsOf(workerUpstream(current, source), { ...source, baseUrl });
    expect(files.map(({ url }) => url)[1]).toBe(
      "http://mirror.example/k8s/github.com/opencontainers/runc/releases/download/v1.4.3/runc.amd64",
    );
  },
);

it("lets the operator's digest go before the built-in one, and takes no file without digest", () => {
  const [runc] = workerUpstream(current, source).slice(1, 2);
  if (!runc) throw new Error("no runc");
  const own = { ...source, sha256: { [runc.file]: "0".repeat(64) } };
  expect(artifactsOf([runc], own)[0]?.sha256).toBe("0".repeat(64));
  const unknown = { file: "host/unknown", install: {} };
  expect(unpinned([runc, unknown], source)).toEqual(["host/unknown"]);
  expect(() => artifactsOf([unknown], source)).toThrow("host/unknown has no SHA-256");
});

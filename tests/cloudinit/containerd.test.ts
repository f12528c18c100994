import { parse } from "smol-toml";
import { containerdConfig } from "../../components/cloudinit/containerd";

const SANDBOX = "registry.example/pause:1";
const grpc = { address: "/run/containerd/containerd.sock" };
const cni = { conf_dir: "/etc/cni/net.d", conf_template: "/etc/containerd/cni.conflist.template" };
const runc = { runtime_type: "io.containerd.runc.v2", options: { SystemdCgroup: true } };
const registry = { config_path: "/etc/containerd/certs.d" };

// `containerd config dump` of 2.3.4 shows the same for both.
it.each(["1.6.20", "1.7.28"])("speaks version 2 of the format to containerd %s", (release) => {
  const cri = {
    sandbox_image: SANDBOX,
    restrict_oom_score_adj: true,
    cni: { bin_dir: "/opt/cni/bin", ...cni },
    containerd: { runtimes: { runc } },
    registry,
  };
  const expected = { version: 2, grpc, plugins: { "io.containerd.grpc.v1.cri": cri } };
  expect(parse(containerdConfig(release, SANDBOX))).toEqual(expected);
});

it.each(["2.0.0", "2.1.4", "2.3.4", "10.0.0"])("speaks version 3 of the format to containerd %s", (release) => {
  const plugins = {
    "io.containerd.cri.v1.images": { pinned_images: { sandbox: SANDBOX }, registry },
    "io.containerd.cri.v1.runtime": { restrict_oom_score_adj: true, cni, containerd: { runtimes: { runc } } },
  };
  expect(parse(containerdConfig(release, SANDBOX))).toEqual({ version: 3, grpc, plugins });
});

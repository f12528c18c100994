import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { releaseTable } from "../../../scripts/releases";
import { PROGRAMS } from "../../../scripts/releases/choose";

/** The table as it was, with a release of the minor that the tests are about, and one of another. */
jest.mock("../../../components/kubernetes/releaseTable", () => {
  const beside = {
    etcd: "3.6.19",
    containerd: "2.3.9",
    runc: "1.4.9",
    cniPlugins: "1.9.9",
    coredns: "1.19.0",
    pause: "3.10",
  };
  return { releaseSets: ["1.99.1", "1.98.1"].map((kubernetes) => ({ kubernetes, ...beside })) };
});

/** A folder with the layout of GitHub's raw files, and in it small tables of a minor that Kubernetes does not have. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "tables-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const [kops, kubespray, chromebrew] = ["a", "b", "c"].map((digit) => digit.repeat(40));
const digest = (of: string) => Buffer.from(of).toString("hex").padEnd(64, "0").slice(0, 64);
const write = (file: string, text: string) => {
  fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  fs.writeFileSync(path.join(folder, file), text);
};

const asset = (name: string, base: string, files: Record<string, string>) =>
  write(
    `kubernetes/kops/${kops}/pkg/assets/assetdata/${name}.yaml`,
    `filestores:\n- base: https://${base}/\nfiles: ${JSON.stringify(Object.entries(files).map(([file, sha256]) => ({ name: file, sha256 })))}\n`,
  );

beforeAll(() => {
  const programs = ["1.99.1", "1.99.3", "1.99.4"].flatMap((version) =>
    PROGRAMS.map((program) => [`v${version}/bin/linux/amd64/${program}`, digest(`${version} ${program}`)]),
  );
  asset("k8s-1.99", "dl.k8s.io/release", Object.fromEntries(programs) as Record<string, string>);
  const releases = (repository: string) => `github.com/${repository}/releases/download`;
  asset("containerd-2.3", releases("containerd/containerd"), {
    "v2.3.9/containerd-2.3.9-linux-amd64.tar.gz": digest("containerd"),
  });
  asset("runc-1.4", releases("opencontainers/runc"), { "v1.4.9/runc.amd64": digest("runc") });
  asset("cni-1.9", releases("containernetworking/plugins"), {
    "v1.9.9/cni-plugins-linux-amd64-v1.9.9.tgz": digest("cni"),
  });
  const sections = {
    kubelet_checksums: { "1.99.3": "1.99.3 kubelet", "1.99.4": "1.99.4 kubelet", "1.99.5": "only here" },
    kubectl_checksums: { "1.99.3": "1.99.3 kubectl", "1.99.4": "1.99.4 kubectl" },
    etcd_binary_checksums: { "3.6.19": "etcd", "3.6.20": "only here" },
    containerd_archive_checksums: { "2.3.9": "containerd" },
    runc_checksums: { "1.4.9": "runc" },
    cni_binary_checksums: { "1.9.9": "cni" },
  };
  const checksums = Object.entries(sections).map(([name, versions]) => {
    const lines = Object.entries(versions).map(([version, of]) => `    ${version}: sha256:${digest(of)}\n`);
    return `${name}:\n  amd64:\n${lines.join("")}`;
  });
  const table = "roles/kubespray_defaults/vars/main/checksums.yml";
  write(`kubernetes-sigs/kubespray/${kubespray}/${table}`, checksums.join(""));
  write(
    `chromebrew/chromebrew/${chromebrew}/packages/etcd.rb`,
    `  version '3.6.19'\n  source_sha256 '${digest("etcd")}'\n`,
  );
  for (const version of ["1.99.3", "1.99.4"])
    write(
      `kubernetes/kubernetes/v${version}/cmd/kubeadm/app/constants/constants.go`,
      `DefaultEtcdVersion = "3.6.${version === "1.99.3" ? 8 : 30}-0"\nCoreDNSVersion = "v1.20.1"\nPauseVersion = "3.11"\n`,
    );
});

const run = (...more: string[]) =>
  releaseTable([
    `from=${folder}`,
    `kops=${kops}`,
    `kubespray=${kubespray}`,
    `chromebrew=${chromebrew}`,
    "minors=1.99",
    ...more,
  ]);

const releasesIn = (text: string) => [...text.matchAll(/kubernetes: "(.+)"/g)].map(([, release]) => release);

it("writes the newest release that two tables know, with what belongs to it, and says what one table alone states", async () => {
  const { text, alone } = await run("without=1.99.4,1.99.1");
  const set = /releaseSets = (\[[^;]+\]) as const;/.exec(text)![1]!.replaceAll(/\s+/g, " ");
  expect(set).toBe(
    '[ { kubernetes: "1.99.3", etcd: "3.6.19", containerd: "2.3.9", runc: "1.4.9", cniPlugins: "1.9.9", coredns: "1.20.1", pause: "3.11", }, ]',
  );
  expect(text).toContain(`  chromebrew: "chromebrew/chromebrew@${"c".repeat(12)}",\n`);
  expect(text).toContain(
    `kubelet": {\n    sha256: "${digest("1.99.3 kubelet")}",\n    tables: ["kops", "kubespray"],\n  },\n`,
  );
  expect(alone.map((file) => file.split("/").at(-1))).toEqual(PROGRAMS.slice(0, 4));
});

it("keeps what the table had of a minor, until it is named", async () => {
  expect(releasesIn((await run("without=1.99.4")).text)).toEqual(["1.99.3", "1.99.1"]);
  expect(releasesIn((await run("without=1.99.4,1.99.1")).text)).toEqual(["1.99.3"]);
});

it("refuses a set whose etcd is older than kubeadm's", async () => {
  await expect(run()).rejects.toThrow("Kubernetes 1.99.4 wants etcd 3.6.30 or later");
});

it.each([
  ["a table without its commit", ["kops=master"]],
  ["an option that it does not know", ["minor=1.36"]],
  ["what is no option", ["1.36"]],
])("explains itself after %s", async (_what, args) => {
  await expect(run(...args)).rejects.toThrow("usage: npm run releases");
});

import * as fs from "node:fs";
import * as path from "node:path";
import { controlPlaneUpstream, workerUpstream } from "../../components/kubernetes/artifacts";
import { DEFAULT_RELEASE, imagesOf, programsOf } from "../../components/kubernetes/releases";
import { digestTables, pinnedFiles, releaseSets } from "../../components/kubernetes/releaseTable";
import { parseKubernetesVersion } from "../../components/kubernetes/version";
import { renderTable } from "../../scripts/releases/render";

const releases = releaseSets.map(({ kubernetes }) => parseKubernetesVersion(kubernetes));
const filesOf = (release: (typeof releases)[number]) => {
  const source = { versions: programsOf(release) };
  return [...controlPlaneUpstream(release, source), ...workerUpstream(release, source)].map(({ file }) => file);
};

it("has three minor releases in a row, the newest first, and the default among them", () => {
  const minors = [...new Set(releases.map(({ minor }) => minor))];
  expect(minors).toEqual([0, 1, 2].map((n) => minors[0]! - n));
  const order = releases.map(({ minor, patch }) => minor * 1000 + patch);
  expect(order).toEqual([...order].sort((one, other) => other - one));
  expect(releaseSets.map(({ kubernetes }) => kubernetes)).toContain(DEFAULT_RELEASE);
});

it("has the digest of each file that a node of any release downloads, and of no other file", () => {
  expect(new Set(Object.keys(pinnedFiles))).toEqual(new Set(releases.flatMap(filesOf)));
  for (const { sha256 } of Object.values(pinnedFiles)) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
});

it("cites two public tables for each file; where there is one only, the file is listed here", () => {
  for (const table of Object.values(digestTables)) expect(table).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{12}$/);
  for (const { tables } of Object.values(pinnedFiles)) expect(new Set(tables).size).toBe(tables.length);
  // Kubespray runs these as images, and has no digest of the programs.
  const ofKops = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];
  const alone = Object.entries(pinnedFiles).filter(([, { tables }]) => tables.length < 2);
  const expected = [
    ...releaseSets.flatMap(({ kubernetes }) =>
      ofKops.map((program) => [`dl.k8s.io/release/v${kubernetes}/bin/linux/amd64/${program}`, "kops"]),
    ),
  ];
  expect(alone.map(([file, { tables }]) => [file, tables.join()]).sort()).toEqual(expected.sort());
});

it("is as the script writes it", () => {
  const file = path.join(__dirname, "../../components/kubernetes/releaseTable.ts");
  expect(fs.readFileSync(file, "utf8")).toBe(renderTable(digestTables, releaseSets, pinnedFiles));
});

it.each([
  ["its own", "1.36.3", "v1.14.2"],
  ["its minor's newest", "1.34.1", "v1.12.1"],
  ["its minor's newest", "1.35.9", "v1.13.1"],
  ["the newest of all", "1.40.0", "v1.14.2"],
  ["the oldest of all", "1.30.4", "v1.12.1"],
])("gives a release %s set: %s", (_which, kubernetesVersion, coredns) => {
  const release = parseKubernetesVersion(kubernetesVersion);
  expect(imagesOf(release).coredns).toBe(`registry.k8s.io/coredns/coredns:${coredns}`);
});

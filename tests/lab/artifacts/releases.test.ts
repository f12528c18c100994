import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DEFAULT_RELEASE } from "../../../components/kubernetes/releases";
import { releaseSets } from "../../../components/kubernetes/releaseTable";
import { parseKubernetesVersion, versionTag } from "../../../components/kubernetes/version";
import { compiledPrograms, compiledVersions, coredns } from "../../../lab/artifacts/compiled";
import { mirrorReleases, noteReleases } from "../../../lab/artifacts/releases";
import { requiredVersion } from "../../../lab/build/golang";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "releases-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

describe("the releases in the lab's mirror", () => {
  const noted = path.join(folder, "lab/releases.json");
  const held = (wanted?: string, more = "") => {
    const releases = mirrorReleases(wanted, noted, more);
    noteReleases(releases, noted);
    return releases.map(versionTag);
  };

  it("are the default without a stack; the stack's, what is named, and those before, the newest first", () => {
    expect(mirrorReleases(undefined, path.join(folder, "none.json"), "").map(versionTag)).toEqual([
      `v${DEFAULT_RELEASE}`,
    ]);
    expect(held("1.35.6")).toEqual(["v1.35.6"]);
    expect(held("1.35", " 1.36, ")).toEqual(["v1.36.3", "v1.35.6"]);
    // What was held stays: a node of that release may boot again.
    expect(held("1.34.10")).toEqual(["v1.36.3", "v1.35.6", "v1.34.10"]);
    expect(held()).toEqual(["v1.36.3", "v1.35.6", "v1.34.10"]);
  });

  it("are not those that were only asked for", () => {
    const none = path.join(folder, "asked.json");
    expect(mirrorReleases("1.36.3", none, "").map(versionTag)).toEqual(["v1.36.3"]);
    expect(mirrorReleases("1.35.6", none, "").map(versionTag)).toEqual(["v1.35.6"]);
  });
});

describe.each(releaseSets.map((set) => [set.kubernetes, set] as const))(
  "Kubernetes %s, built here",
  (kubernetes, set) => {
    const release = parseKubernetesVersion(kubernetes);

    it("has a module for every program of it", () => {
      const { kubernetes: programs } = compiledPrograms(release);
      expect(programs).toHaveLength(6);
      for (const program of programs) expect(requiredVersion(program, "k8s.io/kubernetes")).toBe(kubernetes);
      expect(requiredVersion(coredns(release), "github.com/coredns/coredns")).toBe(set.coredns);
    });

    it("has the containerd and CNI plugins of the table, and etcd of its series", () => {
      const { etcd, containerd, cniPlugins } = compiledVersions(release);
      const series = (version: string) => version.split(".").slice(0, 2).join(".");
      expect(series(etcd)).toBe(series(set.etcd));
      expect({ containerd, cniPlugins }).toEqual({ containerd: set.containerd, cniPlugins: set.cniPlugins });
    });
  },
);

it("says which release it cannot build", () => {
  expect(() => compiledPrograms({ minor: 35, patch: 99 })).toThrow(
    "The lab cannot build Kubernetes v1.35.99: nothing in lab/build/modules requires k8s.io/kubernetes 1.35.99",
  );
});

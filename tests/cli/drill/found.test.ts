import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { kinds, nodesIn } from "../../../cli/drill/found";
import { findPrograms } from "../../../cli/drill/programs";

const KEYS = [
  "/registry/minions/dev-worker-0",
  "/registry/minions/dev-worker-1",
  "/registry/secrets/default/a",
  "/registry/services/specs/default/kubernetes",
  "/registry/apiregistration.k8s.io/apiservices/v1.",
  "/registry/pods/default/a/b",
  "compact_rev_key",
];

it("counts objects by kind, groups by themselves, and nothing that is not Kubernetes'", () => {
  expect(kinds(KEYS)).toEqual([
    ["apiregistration.k8s.io/apiservices", 1],
    ["minions", 2],
    ["pods", 1],
    ["secrets", 1],
    ["services", 1],
  ]);
  expect(kinds([])).toEqual([]);
});

it("knows the names of nodes", () => {
  expect(nodesIn(KEYS)).toEqual(["dev-worker-0", "dev-worker-1"]);
});

it("finds etcd's programs on the PATH, and says which of them are not there", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-programs-"));
  try {
    fs.writeFileSync(path.join(folder, "etcd"), "", { mode: 0o755 });
    fs.writeFileSync(path.join(folder, "etcdutl"), "", { mode: 0o644 });
    expect(() => findPrograms(`/nowhere:${folder}`)).toThrow(/^Not on the PATH of this machine: etcdutl\. Both are in/);
    fs.chmodSync(path.join(folder, "etcdutl"), 0o755);
    expect(findPrograms(`/nowhere:${folder}`)).toEqual({ etcd: `${folder}/etcd`, etcdutl: `${folder}/etcdutl` });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

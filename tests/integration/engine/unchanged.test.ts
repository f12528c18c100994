import { specFrom } from "../../../config";
import { observedOutput } from "../../mocks";
import { Engine, engineIsBuilt } from "./engine";

/** Whole clusters by the real engine, with providers that answer at once: what the program says a second time is what it said. */
const withEngine = engineIsBuilt ? describe : describe.skip;
if (!engineIsBuilt) process.stderr.write("No engine in the cache: `make up` builds one. Its tests are skipped.\n");

/** What a preview says as JSON. */
interface Previewed {
  steps: { op: string; urn: string }[];
}

/** More workers than host routes, and in one of two pools more than are registered at once; a control plane of several. */
const CONFIG = {
  controlPlane: { count: 3 },
  workerPools: [
    { name: "worker", count: 42 },
    { name: "b", count: 2, firstSlot: 50, taints: [{ key: "of", value: "others", effect: "NoSchedule" }] },
  ],
};

withEngine("a cluster that is as it should be", () => {
  let engine: Engine;
  const STACK = ["--stack", "dev"];
  /** How many resources a command does what to. */
  const operations = (said: string) => {
    const found = JSON.parse(said.slice(said.indexOf("{"))) as Previewed;
    const steps = found.steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join(" ").replace(/.*[$]/, "")}`);
    return steps.sort();
  };
  const preview = () => operations(engine.answer(["preview", "--json", ...STACK]));
  const workers = (count: number) => {
    const config = { ...CONFIG, workerPools: [{ ...CONFIG.workerPools[0]!, count }, CONFIG.workerPools[1]!] };
    engine.configure("dev", config);
    engine.observe(observedOutput(specFrom({ clusterName: "dev", ...config }).plan.routes));
  };

  beforeAll(async () => {
    engine = await Engine.with("cluster", true);
    engine.answer(["stack", "init", "dev"]);
    workers(42);
    engine.answer(["up", "--yes", "--skip-preview", "--suppress-outputs", ...STACK]);
  }, 600_000);
  afterAll(() => engine?.remove());

  it("is unchanged at a preview, and at an update", () => {
    expect(preview()).toEqual([]);
    engine.answer(["up", "--yes", "--skip-preview", "--expect-no-changes", "--suppress-outputs", ...STACK]);
  }, 600_000);

  it("gets one worker more, and of the others only what is about all of them is touched", () => {
    workers(43);
    const own = (kind: string, ...ends: string[]) => ends.map((end) => `create ${kind} dev-worker-42${end}`);
    const leaf = ["-kube-proxy", "-kubelet"];
    const created = [
      ...own("hostroute:machines:Machine", ""),
      ...own("openstack:networking/port:Port", ""),
      ...own("openstack:compute/instance:Instance", ""),
      ...own("kubernetes:core/v1:Node", ""),
      ...own("kubernetes:core/v1:ConfigMap", "-certificates"),
      ...own("command:local:Command", "-in-service"),
      ...own("tls:index/privateKey:PrivateKey", ...leaf),
      ...own("tls:index/certRequest:CertRequest", ...leaf),
      ...own("tls:index/locallySignedCert:LocallySignedCert", ...leaf),
    ];
    const updated = [
      "command:local:Command dev-departures",
      "command:local:Command dev-nodes",
      "kubernetes:core/v1:ConfigMap dev-routes",
      "kubernetes:core/v1:ConfigMap dev-routes-settled",
      "pulumi-nodejs:dynamic/identity:ClusterIdentity dev",
      "pulumi-nodejs:dynamic/machines:FailedServers dev",
    ].map((each) => `update ${each}`);
    expect(preview()).toEqual([...created, ...updated].sort());
  }, 600_000);
});

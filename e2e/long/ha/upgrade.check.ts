import { inGuest } from "../../../lab/guest";
import { progress, waitFor } from "../../../lab/shell";
import { portBeside, removeBeside, serverBeside } from "../../support/beside";
import { outputs, workers } from "../../support/cloud";
import { kubectl } from "../../support/kube";
import { Sample, sample, sampling, stages, withNewerKubelet } from "../../support/rollout/releases";
import { lastSeconds, lastSteps, turn } from "../../support/rollout/steps";
import { askedWeb, removed, Seen } from "../../support/rollout/web";
import { Config, lastChanges, nothing, operate, refused, verify } from "../../support/stack";
import { Seen as Written, whileWriting } from "../../support/writer";

/** The committed release, the next minor one, and one that is too far. */
const [FROM, TO, TOO_FAR] = ["1.35.6", "1.36.3", "1.37.2"];
const [BEFORE, AFTER] = ["1.35", "1.36"];
const LONGEST_GAP = 10; // seconds
const AN_HOUR = 3_600_000;
const ASKER = "lab-asker";

const upgraded = (config: Config) => void (config["hostroute:kubernetesVersion"] = TO);
const namesOf = (role: string) => outputs().nodes.flatMap((node) => (node.role === role ? [node.name] : []));
const versionsOf = ({ apiServers, kubelets }: Sample) => [...apiServers, ...kubelets].map(({ version }) => version);

/** A machine of the node subnet that no update replaces, and that has the routes to pods. @returns its server's id */
async function asker(): Promise<string> {
  const port = await portBeside(ASKER);
  const server = await serverBeside(ASKER, port.id);
  const { podCidr } = workers()[0]!;
  const hasRoute = async () => (await inGuest(server, ["ip", "-4", "route"])).includes(`${podCidr} via `);
  await waitFor("the asker's routes", hasRoute, 120_000, 1_000);
  return server;
}

/** Nobody has the programs of this release: only what a preview looks at. */
function tooFar(): string[] {
  const programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kubelet", "kube-proxy"];
  const files = programs.map((program) => `dl.k8s.io/release/v${TOO_FAR}/bin/linux/amd64/${program}`);
  const pinned = files.map((file, i) => `artifacts.sha256["${file}"]=${String(i + 1).repeat(64)}`);
  const values = [`kubernetesVersion=${TOO_FAR}`, ...pinned];
  return ["--config-path", ...values.flatMap((value) => ["--config", `hostroute:${value}`])];
}

describe("a stack of an older release", () => {
  let seen: Seen;
  let written: Written;
  let samples: Sample[];

  beforeAll(() => removeBeside(ASKER));
  afterAll(async () => {
    await removed("rollout");
    await removeBeside(ASKER);
  });

  test("is refused a jump over a minor release at preview, and told which one comes first", async () => {
    expect(new Set(versionsOf(await sample()))).toEqual(new Set([`v${FROM}`]));
    const said = await refused("preview", { options: tooFar() });
    expect(said).toContain(`hostroute:kubernetesVersion ${TOO_FAR} cannot follow on what the cluster runs`);
    expect(said).toContain(`the oldest API server is ${FROM}`);
    expect(said).toContain(`Set it to ${TO} first, and to ${TOO_FAR} once that update has ended.`);
  });

  test(
    "gets the next one by one update",
    async () => {
      const web = await askedWeb(await asker(), true);
      const taken = sampling();
      try {
        written = await whileWriting(async () => {
          await operate("up", { changes: upgraded, timeout: AN_HOUR });
        });
      } finally {
        [seen, samples] = await Promise.all([web.stop(), taken.stop()]);
      }
      expect(new Set(versionsOf(await sample()))).toEqual(new Set([`v${TO}`]));
      progress(`seconds a node: ${JSON.stringify(lastSeconds())}`);
    },
    AN_HOUR + 900_000,
  );

  test("the control plane first, one after the other, then CoreDNS, then workers", () => {
    const steps = lastSteps().filter((step) => /-in-service$| Instance |Deployment ha-dns$/.test(step));
    expect(steps).toEqual([
      ...namesOf("control-plane").flatMap(turn),
      "updated Deployment ha-dns",
      ...namesOf("worker").flatMap(turn),
    ]);
  });

  test("with no kubelet newer than an API server at any moment", () => {
    progress(`${samples.length} samples: ${stages(samples).join("; ")}`);
    expect(withNewerKubelet(samples)).toEqual([]);
    // So that it was looked at while it was going on.
    expect(stages(samples)).toContain(`API servers ${AFTER}, kubelets ${BEFORE}`);
  });

  test("while two pods with a budget answer every request, by a NodePort and by their own addresses", () => {
    progress(`asked: ${JSON.stringify(seen)}`);
    expect(seen.failed).toEqual([]);
    expect(seen.asked).toBeGreaterThan(1_000);
    expect(seen.byPod).toBeGreaterThan(1_000);
  });

  test("and the API has gaps of ten seconds at most, and loses nothing", () => {
    progress(`written: ${JSON.stringify(written)}`);
    expect(written.lost).toEqual([]);
    expect(written.gap).toBeLessThan(LONGEST_GAP);
  });

  test("is told by verify of no other release, and has nobody cordoned", async () => {
    expect(await verify()).not.toContain("minor release");
    expect(await kubectl(["get", "nodes", "--field-selector=spec.unschedulable=true", "-o", "name"])).toBe("");
  });

  test("is refused the way back, by preview and by up, with nothing touched", async () => {
    for (const command of ["preview", "up"]) {
      const said = await refused(command);
      expect(said).toContain(
        `hostroute:kubernetesVersion ${FROM} cannot follow on what the cluster runs; nothing was touched.`,
      );
      expect(said).toContain(`there is a later one: ${TO} (${namesOf("control-plane").join(", ")})`);
    }
    expect(lastChanges()).toMatchObject(nothing);
    expect(new Set(versionsOf(await sample()))).toEqual(new Set([`v${TO}`]));
  });
});

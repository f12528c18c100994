import { parse } from "yaml";
import { packed } from "../../components/cloudinit/packed";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { portBeside, removeBeside, serverBeside } from "../support/beside";
import { cloud, workers } from "../support/cloud";
import { kubectl } from "../support/kube";

const NAME = "dev-broken-0";
const WRONG = "0".repeat(64);

interface Artifact {
  url: string;
  sha256: string;
  install: Record<string, string | null>;
}

let server: string;
let kubelet: Artifact;

/** A server with the first worker's user-data, under a name that no Node has. Kubelet's digest in it is wrong. */
async function boot(): Promise<void> {
  const model = workers()[0]!;
  const port = await portBeside(NAME);
  const userData = await inGuest(model.instanceId, ["zcat", "-f", "/var/lib/cloud/instance/user-data.txt"]);
  const files = (parse(userData) as { write_files: { path: string; content: string }[] }).write_files;
  const artifacts = files.find(({ path }) => path === "/etc/hostroute/artifacts.json")!.content;
  kubelet = (JSON.parse(artifacts) as Artifact[]).find(({ install }) => "/usr/local/bin/kubelet" in install)!;
  const text = userData
    .replaceAll(model.name, NAME)
    .replaceAll(new RegExp(`\\b${model.address.replaceAll(".", "\\.")}\\b`, "g"), port.address)
    .replaceAll(kubelet.sha256, WRONG);
  server = await serverBeside(NAME, port.id, { user_data: packed(text) });
}

/** Properties of units, a line each. */
const show = async (property: string, ...units: string[]) =>
  (await inGuest(server, ["systemctl", "show", "--value", "-p", property, ...units])).split("\n").filter(Boolean);
const journal = () => inGuest(server, ["journalctl", "-u", "hostroute-fetch", "-o", "cat", "--no-pager"]);
const fatal = () =>
  `hostroute-fetch: FATAL: ${kubelet.url} has SHA-256 ${kubelet.sha256}, expected ${WRONG}: nothing of it was installed`;

describe("a node whose kubelet is not the pinned one", () => {
  beforeAll(async () => {
    await removeBeside(NAME);
    await boot();
  });
  afterAll(() => removeBeside(NAME));

  test("says so in its journal, and stops for good", async () => {
    await waitFor("the journal's line", async () => (await journal()).includes(fatal()), 240_000, 2_000);
    // Longer than any pause after which something is tried again.
    await new Promise((resolve) => setTimeout(resolve, 15_000));
    expect((await journal()).split("\n").filter((line) => line === fatal())).toHaveLength(1);
    expect(await show("ActiveState", "hostroute-fetch")).toEqual(["failed"]);
    expect(await show("ExecMainStatus", "hostroute-fetch")).toEqual(["3"]);
  });

  test("says so on the console that Nova shows", async () => {
    const nova = await cloud();
    const { body } = await nova.call("compute", "POST", `/servers/${server}/action`, { "os-getConsoleOutput": {} });
    const lines = (body as { output: string }).output.split(/\r?\n/);
    expect(lines.filter((line) => line.includes(fatal()))).toHaveLength(1);
  });

  test("has what came before, not the wrong file, and has started nothing that needs any", async () => {
    const installed = await inGuest(server, ["ls", "/usr/local/bin"]);
    expect(installed).toMatch(/^containerd$/m);
    expect(installed).not.toMatch(/^kube/m);
    const units = ["containerd", "kubelet", "kube-proxy"];
    // They wait for what did not come, and have never run, not even for a moment.
    expect(await show("ExecMainStartTimestampMonotonic", ...units)).toEqual(units.map(() => "0"));
    expect(await show("MainPID", ...units)).toEqual(units.map(() => "0"));
    // Not for want of anything else.
    const done = (await inGuest(server, ["ls", "/run/hostroute"])).trim().split("\n");
    expect(done).toEqual(expect.arrayContaining(["hostroute-kernel", "hostroute-packages", "hostroute-pod-network"]));
    expect(done).not.toContain("hostroute-fetch");
  });

  test("is not known to the cluster", async () => {
    const names = (await kubectl(["get", "nodes", "-o", "name"])).trim().split("\n");
    expect(names.sort()).toEqual(workers().map(({ name }) => `node/${name}`));
  });
});

import { parse } from "yaml";
import { packed } from "../../components/cloudinit/packed";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { cloud, list, make, nodePorts, Port, workers } from "../support/cloud";
import { kubectl } from "../support/kube";

const NAME = "dev-broken-0";
const WRONG = "0".repeat(64);

interface Artifact {
  url: string;
  sha256: string;
  install: Record<string, string | null>;
}
interface Item {
  id: string;
}

let server: string;
let kubelet: Artifact;

/** Also what a killed run has left. */
async function remove(): Promise<void> {
  const nova = await cloud();
  for (const { id } of await list<Item>("compute", `/servers?name=^${NAME}$`, "servers")) {
    await nova.call("compute", "DELETE", `/servers/${id}`);
    await waitFor("the server's end", async () => (await nova.call("compute", "GET", `/servers/${id}`)).status === 404);
  }
  for (const { id } of await list<Item>("network", `/v2.0/ports?name=${NAME}`, "ports"))
    await nova.call("network", "DELETE", `/v2.0/ports/${id}`);
}

/**
 * A server beside the stack's: the first worker's user-data, under a name that no Node has and with an address that Neutron
 * gives. Kubelet's digest in it is wrong.
 */
async function boot(): Promise<void> {
  const model = workers()[0]!;
  const { network_id, security_groups } = (await nodePorts()).get(model.name)!;
  const port = await make<Port>("network", "/v2.0/ports", "port", { name: NAME, network_id, security_groups });
  const [{ ip_address: address }] = port.fixed_ips as [{ ip_address: string }];

  const userData = await inGuest(model.instanceId, ["zcat", "-f", "/var/lib/cloud/instance/user-data.txt"]);
  const files = (parse(userData) as { write_files: { path: string; content: string }[] }).write_files;
  const artifacts = files.find(({ path }) => path === "/etc/hostroute/artifacts.json")!.content;
  kubelet = (JSON.parse(artifacts) as Artifact[]).find(({ install }) => "/usr/local/bin/kubelet" in install)!;

  const { body } = await (await cloud()).call("compute", "GET", `/servers/${model.instanceId}`);
  const { flavor, image } = (body as { server: Record<"flavor" | "image", Item> }).server;
  const text = userData
    .replaceAll(model.name, NAME)
    .replaceAll(new RegExp(`\\b${model.address.replaceAll(".", "\\.")}\\b`, "g"), address)
    .replaceAll(kubelet.sha256, WRONG);
  const made = await make<Item>("compute", "/servers", "server", {
    name: NAME,
    flavorRef: flavor.id,
    imageRef: image.id,
    networks: [{ port: port.id }],
    user_data: packed(text),
  });
  server = made.id;
}

/** Properties of units, a line each. */
const show = async (property: string, ...units: string[]) =>
  (await inGuest(server, ["systemctl", "show", "--value", "-p", property, ...units])).split("\n").filter(Boolean);
const journal = () => inGuest(server, ["journalctl", "-u", "hostroute-fetch", "-o", "cat", "--no-pager"]);
const fatal = () =>
  `hostroute-fetch: FATAL: ${kubelet.url} has SHA-256 ${kubelet.sha256}, expected ${WRONG}: nothing of it was installed`;

describe("a node whose kubelet is not the pinned one", () => {
  beforeAll(async () => {
    await remove();
    await boot();
  });
  afterAll(remove);

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

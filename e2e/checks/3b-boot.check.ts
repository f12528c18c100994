import { parse } from "yaml";
import { neutronKinds } from "../driver/neutron";
import { novaKinds } from "../driver/nova";
import { DriverState } from "../driver/state";
import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { cloud, nodePorts, workers } from "./cloud";
import { kubectl } from "./kube";

const INSTANCE = "openstack:compute/instance:Instance";
const PORT = "openstack:networking/port:Port";
const MODEL = "dev-worker-0";
const NAME = "dev-broken-0";
const WRONG = "0".repeat(64);

interface Artifact {
  url: string;
  sha256: string;
  install: Record<string, string | null>;
}

let server: string;
let kubelet: Artifact;

const kinds = async () => {
  const session = await cloud();
  return { [INSTANCE]: novaKinds(session)[INSTANCE]!, [PORT]: neutronKinds(session)[PORT]! };
};

/** Also what a killed run has left. */
async function remove(): Promise<void> {
  for (const kind of Object.values(await kinds())) {
    const left = await kind.find!({ name: NAME });
    if (left) await kind.remove!(left.id, {});
  }
}

/**
 * A server beside the stack's: the first worker's user-data, under a name that no Node has and with an address that Neutron
 * gives. Kubelet's digest in it is wrong.
 */
async function boot(): Promise<void> {
  const { [INSTANCE]: instances, [PORT]: ports } = await kinds();
  const { entries } = new DriverState("dev");
  const inputsOf = (type: string) => entries.get(DriverState.key({ type, name: MODEL }))!.inputs;
  const [fixed] = inputsOf(PORT).fixedIps as [{ subnetId: string; ipAddress: string }];
  const fixedIps = [{ subnetId: fixed.subnetId }];
  const port = await ports.create({ ...inputsOf(PORT), name: NAME, fixedIps, allowedAddressPairs: [] });
  const [{ ip_address: address }] = (await nodePorts()).get(NAME)!.fixed_ips as [{ ip_address: string }];

  const userData = String(inputsOf(INSTANCE).userData);
  const files = (parse(userData) as { write_files: { path: string; content: string }[] }).write_files;
  const list = files.find(({ path }) => path === "/etc/hostroute/artifacts.json")!.content;
  kubelet = (JSON.parse(list) as Artifact[]).find(({ install }) => "/usr/local/bin/kubelet" in install)!;

  const made = await instances.create({
    ...inputsOf(INSTANCE),
    name: NAME,
    networks: [{ port: port.id }],
    userData: userData
      .replaceAll(MODEL, NAME)
      .replaceAll(new RegExp(`\\b${fixed.ipAddress.replaceAll(".", "\\.")}\\b`, "g"), address)
      .replaceAll(kubelet.sha256, WRONG),
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
    expect(await show("ActiveState", ...units)).toEqual(units.map(() => "inactive"));
    // Never, not even for a moment.
    expect(await show("InactiveExitTimestampMonotonic", ...units)).toEqual(units.map(() => "0"));
    // Not for want of anything else.
    expect(await show("ActiveState", "hostroute-pod-network")).toEqual(["active"]);
  });

  test("is not known to the cluster", async () => {
    const names = (await kubectl(["get", "nodes", "-o", "name"])).trim().split("\n");
    expect(names.sort()).toEqual(workers().map(({ name }) => `node/${name}`));
  });
});

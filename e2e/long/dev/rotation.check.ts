import { kubectlOf } from "../../../cli/kubectl";
import { inGuest } from "../../../lab/guest";
import { waitFor } from "../../../lab/shell";
import { ClusterNode as Node } from "../../../outputs";
import { outputs, workers } from "../../support/cloud";
import { kubectl, pinging } from "../../support/kube";
import { lastChanges, operate, urnOf } from "../../support/stack";

const shorterValidity = (config: Record<string, unknown>) =>
  void (config["hostroute:certificates"] = { validityHours: 9_000, adminValidityHours: 2_200 });
/** What asks the API with the program's own certificate, now or some day. */
const ASKING = () => [
  ...["api-ready", "departures", "etcd-members", "nodes"].map((name) => `Command dev-${name}`),
  ...workers().map(({ name }) => `Command ${name}-in-service`),
];
const nodes = () => outputs().nodes;
const servers = () => nodes().map(({ name, instanceId }) => [name, instanceId]);
const ready = async () => (await kubectl(["get", "nodes", "--no-headers"])).match(/ Ready /g)?.length;

/** The certificate that each port shows to whoever connects, PEM. */
async function shown(): Promise<Record<string, string>> {
  const portsOf = ({ role }: Node) => (role === "worker" ? [10250] : [6443, 2379]);
  const ports = nodes().flatMap((node) => portsOf(node).map((port) => ({ ...node, port })));
  const ask = "import ssl, sys; print(ssl.get_server_certificate((sys.argv[1], int(sys.argv[2]))))";
  const certificates = ports.map(async ({ name, address, instanceId, port }) => {
    const pem = await inGuest(instanceId, ["python3", "-c", ask, address, String(port)]);
    return [`${name}:${port}`, pem.trim()] as const;
  });
  return Object.fromEntries(await Promise.all(certificates));
}

/** The certificates that a node has on its disk, and those that the stack has issued for it: by file name, PEM. */
async function onDisk({
  name,
  instanceId,
}: Node): Promise<[disk: Record<string, string>, issued: Record<string, string>]> {
  const object = await kubectl([
    "get",
    "configmap",
    "-n",
    "kube-public",
    `hostroute-certificates-${name}`,
    "-o",
    "json",
  ]);
  const issued = (JSON.parse(object) as { data: Record<string, string> }).data;
  const read = Object.keys(issued).map(async (file) => [
    file,
    await inGuest(instanceId, ["cat", `/etc/kubernetes/pki/${file}`]),
  ]);
  return [Object.fromEntries(await Promise.all(read)) as Record<string, string>, issued];
}

afterAll(() => operate("up"));

test("certificates issued anew reach every running node; no server, node or pod is replaced for them", async () => {
  const [before, machines] = [await shown(), servers()];
  const pings = await pinging();
  await operate("up", { changes: shorterValidity });
  const { created, updated, replaced, deleted } = lastChanges();
  const certificates = replaced.filter((each) => each.startsWith("LocallySignedCert "));
  // The administrator's and the program's own, seven of the control-plane node, two of each worker.
  expect(certificates).toHaveLength(2 + 7 + 2 * workers().length);
  expect([created, deleted]).toEqual([[], []]);
  expect(replaced).toEqual(certificates);
  const informed = nodes().map(({ name }) => `ConfigMap ${name}-certificates`);
  expect(updated.sort()).toEqual([...informed, ...ASKING(), "kubernetes dev"].sort());

  const old = async () => Object.entries(await shown()).flatMap(([port, pem]) => (pem === before[port] ? [port] : []));
  await waitFor("all new certificates", async () => (await old()).length === 0, 150_000, 5_000).catch(() => undefined);
  expect(await old()).toEqual([]);
  for (const node of nodes()) {
    const [disk, issued] = await onDisk(node);
    expect(disk).toEqual(issued);
  }
  expect(servers()).toEqual(machines);
  expect(await pings.result).toContain(" 0% packet loss");
  await waitFor("Ready nodes", async () => (await ready()) === workers().length, 60_000, 2_000);
});

test("a new key for one worker replaces that worker's server and no other", async () => {
  const machines = servers();
  const key = await urnOf("tls:index/privateKey:PrivateKey", "dev-worker-1-kubelet");
  await operate("up", { changes: shorterValidity, options: ["--replace", key] });
  const { created, updated, replaced, deleted } = lastChanges();
  expect([created, deleted]).toEqual([[], []]);
  expect(updated).toEqual(["ConfigMap dev-worker-1-certificates"]);
  const ofKey = ["CertRequest", "LocallySignedCert", "PrivateKey"].map((kind) => `${kind} dev-worker-1-kubelet`);
  expect(replaced.sort()).toEqual(
    [...ofKey, "Command dev-nodes", "Command dev-worker-1-in-service", "Instance dev-worker-1"].sort(),
  );
  expect(
    servers()
      .filter(([, id]) => !machines.some(([, old]) => old === id))
      .map(([name]) => name),
  ).toEqual(["dev-worker-1"]);
  await waitFor("Ready nodes", async () => (await ready()) === workers().length, 120_000, 2_000);
});

test("a new key for the administrator ends what the old kubeconfig could do, and changes nothing else", async () => {
  const old = outputs();
  const key = await urnOf("tls:index/privateKey:PrivateKey", "dev-admin");
  await operate("up", { changes: shorterValidity, options: ["--replace", key] });
  const { created, updated, replaced, deleted } = lastChanges();
  expect([created, deleted]).toEqual([[], []]);
  expect(replaced.sort()).toEqual(
    ["CertRequest", "LocallySignedCert", "PrivateKey"].map((kind) => `${kind} dev-admin`),
  );
  expect(updated).toEqual(["ClusterRoleBinding dev-administrator"]);
  // Known, since its certificate is still valid; but nobody.
  await expect(kubectlOf(old, ["get", "nodes"])).rejects.toThrow("nodes is forbidden");
  expect(await ready()).toBe(workers().length);
});

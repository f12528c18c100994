import { packed } from "../components/cloudinit/packed";
import { Cluster } from "../components/cluster";
import { realistic } from "./cloudinit/realistic";
import { Raw, specOf } from "./fixtures";
import { allRegistered, promiseOf, startMocks } from "./mocks";
import { spyOnRequests } from "./requests";

/**
 * Bytes of one resource of a worker in the checkpoint that engine 3.274.1 wrote of the lab's dev stack (2026-11-29, three workers), without
 * its dependencies and its user-data: those are counted below. The rest of that checkpoint had 449,340. What came with rollouts (Command,
 * DepartedRoutes, Departures) was measured in the same engine's checkpoint of a stack that has these alone, with a kubeconfig of 2,112 bytes.
 */
const MEASURED: Record<string, number> = {
  Machine: 1_271,
  PrivateKey: 4_126,
  CertRequest: 3_346,
  LocallySignedCert: 5_818,
  Port: 2_605,
  Instance: 3_012,
  Node: 6_525,
  ConfigMap: 4_973,
  Command: 19_901,
};
const REST = 449_340 + 54_719 + 840 + 14_182 + 2_900;
/** A worker in the stack's outputs, of which there is one copy, and in the inputs and outputs of the two tables of all nodes. */
const IN_OUTPUTS = 410;
const IN_TABLES = 2 * 100;

/** A secret as a checkpoint has it: AES-GCM with its tag and a nonce, in base64 (sdk/go/common/resource/config/crypt.go). */
const encrypted = (text: string) =>
  JSON.stringify({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    ciphertext: `v1:${"n".repeat(16)}:${"c".repeat(4 * Math.ceil((JSON.stringify(text).length + 16) / 3))}`,
  }).length;

const json = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** About how large the state of the dev stack is with that many workers, in bytes: what the program registers, at the sizes measured. */
export async function stateSize(workers: number): Promise<number> {
  const raw: Raw = {
    network: { cidr: "10.106.1.0/24", externalNetwork: "public", maxHostRoutes: workers },
    workerPools: [{ name: "worker", count: workers }],
    access: { api: ["172.24.4.0/24"] },
  };
  const mocks = await startMocks();
  const registered = spyOnRequests();
  const cluster = new Cluster("dev", {
    spec: specOf(raw),
    readHostRoutes: mocks.readHostRoutes,
    readHosts: (ids) => Promise.resolve([...ids]),
  });
  await allRegistered();
  await promiseOf(cluster.observedRoutes);

  const documents = realistic(raw);
  const sizes = registered.map((request) => {
    const type = request.getType().split(":").at(-1)!;
    const dependencies =
      json(request.getDependenciesList()) + json(Object.fromEntries(request.getPropertydependenciesMap().toArray()));
    const worker = request.getName().startsWith("dev-worker-");
    const userData = type === "Instance" ? encrypted(packed(documents[worker ? "worker" : "control plane"])) : 0;
    return dependencies + userData + (worker ? (MEASURED[type] ?? 0) : 0);
  });
  return REST + workers * (IN_OUTPUTS + IN_TABLES) + sizes.reduce((sum, size) => sum + size, 0);
}

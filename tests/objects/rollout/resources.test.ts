import * as pulumi from "@pulumi/pulumi";
import { Departures } from "../../../components/objects/rollout/departures";
import { inService } from "../../../components/objects/rollout/inService";
import { serverInterpreter, workersInterpreter } from "../../../components/objects/rollout/script";
import { allRegistered, Recorder, spyOnOptions, startMocks } from "../../mocks";

let mocks: Recorder;
beforeEach(async () => (mocks = await startMocks()));

const args = { kubeconfig: "KUBECONFIG", drainTimeout: 60 };

it("drains when its server goes, tries the node when there is a new one, and only notes everything else", async () => {
  const { opts, seen } = spyOnOptions();
  const goneWith = new pulumi.ComponentResource("test:index:Cluster", "dev");
  const one = { node: "dev-worker-0", instanceId: "server-0", sandbox: "mirror/pause:1", clusterDns: "10.32.0.10" };
  inService("dev-worker-0", { ...args, ...one }, { ...opts, deletedWith: goneWith });
  await allRegistered();
  const [{ name, inputs }, ...others] = mocks.resources as [(typeof mocks.resources)[0]];
  expect(others).toEqual([]);
  const { CHECK, ...environment } = inputs.environment as Record<string, string>;
  expect({ name, ...inputs, environment }).toEqual({
    name: "dev-worker-0-in-service",
    create: "in_service",
    update: 'echo "$PULUMI_COMMAND_STDOUT"',
    delete: "drained",
    interpreter: serverInterpreter(),
    stdin: { secret: "KUBECONFIG" },
    environment: { NODE: "dev-worker-0", DRAIN_TIMEOUT: "60" },
    triggers: ["server-0"],
  });
  expect(JSON.parse(CHECK!)).toMatchObject({
    metadata: { name: "hostroute-check-dev-worker-0", namespace: "kube-system" },
    spec: {
      nodeName: "dev-worker-0",
      tolerations: [{ operator: "Exists" }],
      containers: [{ image: "mirror/pause:1", readinessProbe: { tcpSocket: { host: "10.32.0.10", port: 53 } } }],
    },
  });
  expect(seen.get("Command dev-worker-0-in-service")).toMatchObject({
    deleteBeforeReplace: true,
    deletedWith: goneWith,
  });
});

it("empties nodes of workers that leave whenever the workers change, and never when the cluster goes", async () => {
  new Departures("dev", { ...args, workers: ["dev-worker-0", "dev-worker-2"] });
  await allRegistered();
  expect(mocks.resources.map(({ name, inputs }) => ({ name, ...inputs }))).toEqual([
    {
      name: "dev-departures",
      create: "departed",
      interpreter: workersInterpreter(),
      stdin: { secret: "KUBECONFIG" },
      environment: { WORKERS: "dev-worker-0 dev-worker-2", DRAIN_TIMEOUT: "60" },
    },
  ]);
});

import * as pulumi from "@pulumi/pulumi";
import { API_TIMEOUT_SECONDS, ApiReady, apiReadyInterpreter, READY } from "../../components/objects/apiReady";
import { allRegistered, startMocks } from "../mocks";
import { runScript } from "./shell";

const env = { API: "https://10.106.1.250:6443" };

it("asks /readyz until it says ok", () => {
  const kubectl = 'echo "$@" >&2; [ $calls -ge 3 ] && echo ok';
  expect(runScript(apiReadyInterpreter(), READY, kubectl, env)).toMatchObject({
    status: 0,
    stdout: "get --raw=/readyz --request-timeout=10s\nok\n",
  });
});

it("gives up after its time, with the API's address and its last answer", () => {
  const { status, stderr } = runScript(apiReadyInterpreter(0), READY, "echo connection refused >&2; exit 1", env);
  expect(status).toBe(1);
  expect(stderr).toBe(
    "hostroute: the Kubernetes API at https://10.106.1.250:6443 did not become ready within 0 seconds. Its last answer: connection refused\n" +
      "Can this machine reach it (hostroute:access.api)? Then look at the first control-plane node: its console log,\n" +
      "and there journalctl -u hostroute-fetch -u etcd -u kube-apiserver. After that, run pulumi up again.\n",
  );
});

it("waits a quarter of an hour", () => expect(API_TIMEOUT_SECONDS).toBe(900));

it.each([
  ["servers to wait for again", ["server-1"]],
  ["none", undefined],
])("is one command, whose kubeconfig is a secret, with triggers: %s", async (_name, triggers) => {
  const mocks = await startMocks();
  new ApiReady("dev", { kubeconfig: "KUBECONFIG", endpoint: pulumi.output(env.API), triggers });
  await allRegistered();
  expect(mocks.resources).toEqual([
    {
      type: "command:local:Command",
      name: "dev-api-ready",
      inputs: {
        create: READY,
        interpreter: apiReadyInterpreter(),
        stdin: { secret: "KUBECONFIG" },
        environment: env,
        triggers: triggers ?? [],
      },
    },
  ]);
  expect(mocks.components.map(({ type }) => type)).toContain("hostroute:kubernetes:ApiReady");
});

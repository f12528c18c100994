import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { askRunning, readRunning } from "../../../components/objects/running/reader";
import { clusterStack } from "../../clusterStack";
import { withoutCallSites } from "../../mocks";

const PATH = process.env.PATH;
let folder: string;

/** A kubectl on the PATH that says this of whatever it is asked. */
function kubectl(body: string): void {
  const bin = path.join(folder, "bin");
  fs.mkdirSync(bin, { recursive: true });
  fs.writeFileSync(path.join(bin, "kubectl"), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  process.env.PATH = `${bin}:${PATH}`;
}

beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-test-"))));
afterEach(() => {
  process.env.PATH = PATH;
  fs.rmSync(folder, { recursive: true });
});

const ANSWERS = `cat "$KUBECONFIG" >>${"$"}{0%/bin/kubectl}/kubeconfigs
case "$*" in */version*) echo '{"gitVersion": "v1.36.3"}' ;; esac`;
const MEMBERS = [{ name: "cp-0", address: "10.0.0.1" }];

it("asks with the kubeconfig that it is given, which is on no command line", async () => {
  kubectl(`case "$*" in *secret*) exit 9 ;; esac\n${ANSWERS}`);
  const running = await askRunning("a secret ", MEMBERS);
  expect(running.apiServers).toEqual([{ name: "cp-0", version: "v1.36.3" }]);
  expect(fs.readFileSync(path.join(folder, "kubeconfigs"), "utf8")).toBe("a secret ".repeat(3));
});

it("fails with the last of what kubectl said", async () => {
  kubectl("echo first >&2; echo connection refused >&2; exit 1");
  await expect(askRunning("k", MEMBERS)).rejects.toThrow(/^connection refused$/);
});

/** Runs as part of a stack whose last outputs are these. */
async function ofStack(
  outputs: unknown,
  organization?: string,
): Promise<[Awaited<ReturnType<typeof readRunning>>, unknown[]]> {
  const calls: unknown[] = [];
  const call: pulumi.runtime.Mocks["call"] = ({ token, inputs }) => {
    calls.push([token, inputs]);
    if (outputs instanceof Error) throw outputs;
    return { outputs };
  };
  withoutCallSites();
  await pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call },
    "hostroute",
    "dev",
    false,
    organization,
  );
  return [await readRunning(), calls];
}

it("asks the cluster of the stack's own outputs, by the whole name that the engine wants", async () => {
  kubectl(ANSWERS);
  const [running, calls] = await ofStack(clusterStack, "acme");
  expect(calls).toEqual([["pulumi:pulumi:readStackOutputs", { name: "acme/hostroute/dev" }]]);
  expect(running).toMatchObject({ apiServers: [{ name: "dev-control-plane-0", version: "v1.36.3" }], complete: true });
});

it.each<[string, unknown, string | undefined]>([
  ["has no outputs yet", {}, "acme"],
  ["has none that anybody has heard of", undefined, "acme"],
  ["is a unit test's", clusterStack, undefined],
])("asks nobody where the stack %s", async (_what, outputs, organization) => {
  kubectl("exit 9");
  expect((await ofStack(outputs, organization))[0]).toBeUndefined();
});

it("says why there is no answer: of the cluster's, or of the engine's", async () => {
  kubectl("echo no route to host >&2; exit 1");
  expect((await ofStack(clusterStack, "acme"))[0]).toBe("no route to host");
  expect(typeof (await ofStack(new Error("unknown stack"), "acme"))[0]).toBe("string");
});

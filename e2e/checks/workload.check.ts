import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { root } from "../../lab/paths";
import { run, waitFor } from "../../lab/shell";
import { outputs, workers } from "../support/cloud";
import { IMAGE, kubectl } from "../support/kube";
import { admitToNodePorts, closeOutside, floatingIpOf, fromOutside, openOutside } from "../support/outside";
import { pulumi } from "../support/stack";

const NODE_PORT = 30080;
const example = path.join(root, "examples", "workload");
/** Runs the engine in the example's folder, on the backend that has the stack that is up; all that it says. */
const workload = (...args: string[]) => pulumi(example, "--non-interactive", ...args);
const [STACK, EMPTY] = ["check", "empty"];

/** What an earlier, killed run has left goes first. */
async function removeStacks(): Promise<void> {
  await workload("destroy", "--yes", "--skip-preview", "--remove", "--stack", STACK).catch(() => undefined); // there is none
  await workload("stack", "rm", "--yes", "--stack", EMPTY).catch(() => undefined);
  for (const stack of [STACK, EMPTY]) fs.rmSync(path.join(example, `Pulumi.${stack}.yaml`), { force: true });
}

/** Which stack the example takes for the cluster's. */
const pointAt = (cluster: string) => workload("config", "set", "cluster", cluster, "--stack", STACK);

beforeAll(async () => {
  await run("make", ["--silent", path.relative(root, path.join(example, "node_modules", ".installed"))], { cwd: root });
  await removeStacks();
  await workload("stack", "init", EMPTY, "--no-select");
  await workload("stack", "init", STACK, "--no-select");
  await workload("config", "set", "image", IMAGE, "--stack", STACK);
  await workload("config", "set", "nodePort", String(NODE_PORT), "--stack", STACK);
});
afterAll(removeStacks);

test("beside a stack without outputs, another program says so and makes nothing", async () => {
  await pointAt(`organization/workload/${EMPTY}`);
  const preview = workload("preview", "--stack", STACK);
  await expect(preview).rejects.toThrow(`error: Stack organization/workload/${EMPTY} has no outputs.\n`);
  await expect(preview).rejects.not.toThrow("error serializing");
});

describe("beside the cluster's stack", () => {
  beforeAll(async () => {
    await openOutside();
    await pointAt("organization/hostroute/dev");
    await workload("up", "--yes", "--skip-preview", "--stack", STACK);
  });
  afterAll(closeOutside, 60_000);

  test("the page lists the cluster's routes, and comes from outside through a worker's NodePort", async () => {
    const urls = await workload("stack", "output", "urls", "--json", "--stack", STACK);
    expect(JSON.parse(urls)).toEqual(workers().map(({ address }) => `http://${address}:${NODE_PORT}/`));
    const floatingIp = await floatingIpOf(workers()[0]!.name);
    await admitToNodePorts();
    const ask = () => fromOutside("curl", "-sSf", "-m", "3", `http://${floatingIp}:${NODE_PORT}/`);
    const page = await waitFor("the page", ask, 30_000, 500);
    for (const { node, destination, nextHop } of outputs().routes)
      expect(page).toContain(`<tr><td>${node}</td><td>${nextHop}</td><td>${destination}</td><td>${nextHop}</td></tr>`);
    expect(page).toContain(outputs().clusterDns);
  });

  test("the administrator's kubeconfig is a secret in the other stack's state, too", async () => {
    const { users } = parse(outputs().kubeconfig) as { users: { user: { "client-key-data": string } }[] };
    // A piece that no line's end can part, and beyond the words that every key begins with.
    const piece = users[0]!.user["client-key-data"].slice(60, 75);
    expect(piece).toHaveLength(15);
    expect(await workload("stack", "export", "--stack", STACK)).not.toContain(piece);
    expect(await workload("stack", "export", "--show-secrets", "--stack", STACK)).toContain(piece);
  });

  test("a second update finds no change", async () => {
    await workload("preview", "--expect-no-changes", "--stack", STACK);
  });

  test("destroy leaves nothing of it in the cluster", async () => {
    await workload("destroy", "--yes", "--skip-preview", "--stack", STACK);
    const left = ["get", "configmap,deployment,service", "workload", "--ignore-not-found", "-o", "name"];
    expect(await kubectl(left)).toBe("");
  });
});

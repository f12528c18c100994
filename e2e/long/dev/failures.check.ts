import { StateResource } from "../../../cli/engine/deployment";
import { inGuest } from "../../../lab/guest";
import { waitFor } from "../../../lab/shell";
import { controlPlane, outputs, resetState, workers } from "../../support/cloud";
import { kubectl, pinging, toolPods } from "../../support/kube";
import { exported, lastChanges, nothing, operate, refused } from "../../support/stack";

type Config = Record<string, unknown>;

const servers = () => new Map(outputs().nodes.map(({ name, instanceId }) => [name, instanceId]));
const readyNodes = async () => (await kubectl(["get", "nodes", "--no-headers"])).match(/ Ready /g)?.length;

/** The stack's state, without what every run writes anew: a provider's configuration, and how a secret is encrypted. */
async function state(): Promise<Pick<StateResource, "urn" | "id" | "inputs" | "outputs">[]> {
  const { resources = [] } = await exported();
  const readable = (values: object): Record<string, unknown> =>
    JSON.parse(JSON.stringify(values, (key, value: unknown) => (key === "ciphertext" ? "…" : value))) as Record<
      string,
      unknown
    >;
  return resources
    .filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"))
    .map(({ urn, id = "", inputs = {}, outputs = {} }) => ({
      ...{ urn, id },
      ...{ inputs: readable(inputs), outputs: readable(outputs) },
    }));
}

describe("a server in ERROR", () => {
  test("is replaced at the next update, if it is a worker: it and no other, and bystanders lose no packet", async () => {
    const before = servers();
    const [, lost] = workers();
    await resetState(lost!.instanceId, "error");
    const pings = await pinging();
    await operate("up");
    expect(lastChanges()).toMatchObject({ created: [], updated: ["FailedServers dev"], deleted: [] });
    expect(lastChanges().replaced.sort()).toEqual(
      ["Command dev-nodes", `Command ${lost!.name}-in-service`, `Instance ${lost!.name}`].sort(),
    );
    expect(await pings.result).toContain(" 0% packet loss");
    const others = new Map([...before].filter(([name]) => name !== lost!.name));
    for (const [name, id] of others) expect(servers().get(name)).toBe(id);
    expect(servers().get(lost!.name)).not.toBe(before.get(lost!.name));
  });

  test("leaves a whole cluster behind, in which the next update changes nothing", async () => {
    await waitFor("Ready nodes", async () => (await readyNodes()) === workers().length, 120_000, 2_000);
    expect((await toolPods()).map(({ node }) => node).sort()).toEqual(workers().map(({ name }) => name));
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
  });

  test("is refused, if it is a control-plane server that has run: nothing is touched", async () => {
    const { name, instanceId } = controlPlane();
    const before = await state();
    await resetState(instanceId, "error");
    try {
      for (const command of ["preview", "up"]) {
        const said = await refused(command);
        expect(said).toContain("Control-plane servers are in ERROR");
        expect(said).toContain(`${name} (server ${instanceId})`);
        expect(lastChanges()).toMatchObject(nothing);
      }
      expect(await state()).toEqual(before);
    } finally {
      await resetState(instanceId, "active");
    }
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
  });
});

describe("a change that a running cluster cannot take over", () => {
  const services = (config: Config) => void (config["hostroute:serviceCidr"] = "10.33.0.0/24");

  test.each(["preview", "up"])("other Service addresses: %s refuses, and touches nothing", async (command) => {
    const before = await state();
    expect(await refused(command, { changes: services })).toContain(
      "hostroute:serviceCidr is 10.32.0.0/24 in the running cluster, and the configuration says 10.33.0.0/24",
    );
    expect(lastChanges()).toMatchObject(nothing);
    expect(await state()).toEqual(before);
  });

  test("the configuration put back, the update changes nothing", async () => {
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
  });
});

describe("a change that would take a new server for the only one of the control plane", () => {
  const aFile = (config: Config) =>
    void ((config["hostroute:controlPlane"] as Config).extraFiles = [{ path: "/etc/failures-check", content: "x\n" }]);
  const kept = (config: Config) => (
    aFile(config),
    void ((config["hostroute:controlPlane"] as Config).keepServer = true)
  );

  test.each(["preview", "up"])("%s refuses, says what it is and the ways out, and touches nothing", async (command) => {
    const before = await state();
    const said = await refused(command, { changes: aFile });
    expect(said).toContain(`${controlPlane().name} is the only control-plane server`);
    expect(said).toContain("your files (hostroute:controlPlane.extraFiles)");
    expect(said).toContain("hostroute:controlPlane.keepServer: true");
    expect(lastChanges()).toMatchObject(nothing);
    expect(await state()).toEqual(before);
  });

  test("goes through with keepServer, past that server, and can be set back", async () => {
    const { instanceId } = controlPlane();
    for (const operation of [{ changes: kept }, {}]) {
      await operate("up", operation);
      expect(lastChanges()).toMatchObject({ ...nothing, updated: ["OnlyServer dev"] });
    }
    expect(controlPlane().instanceId).toBe(instanceId);
  });
});

describe("a Kubernetes API out of reach", () => {
  test("fails a refresh, which drops nothing from the state; when it is back, nothing has to be made anew", async () => {
    const before = await state();
    expect(before.filter(({ urn }) => urn.includes("kubernetes:core/v1:Node::"))).toHaveLength(workers().length);
    const { instanceId } = controlPlane();
    await inGuest(instanceId, ["systemctl", "stop", "kube-apiserver"]);
    try {
      expect(await refused("refresh")).toMatch(/unreachable|cannot be reached/);
      expect((await state()).map(({ urn, id }) => [urn, id])).toEqual(before.map(({ urn, id }) => [urn, id]));
    } finally {
      await inGuest(instanceId, ["systemctl", "start", "kube-apiserver"]);
    }
    await waitFor("the API", async () => (await readyNodes()) === workers().length, 120_000, 2_000);
    await operate("up");
    expect(lastChanges()).toMatchObject(nothing);
  });
});

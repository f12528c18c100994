import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_RELEASE } from "../components/kubernetes/releases";
import { Answer } from "../components/openstack/request";
import { Session } from "../components/openstack/session";
import { ConfigurationError } from "../components/settings/problem";
import { recoveryText } from "../components/settings/recovery";
import { loadConfig } from "../config";
import { neutronSubnet } from "./fixtures";
import { startMocks } from "./mocks";
import { recoveryKeys } from "./recoveryKeys";
import { NETWORK_ID, SUBNET_ID } from "./settings/badInput";

const load = async (config: Record<string, string>, stack = "dev") => {
  await startMocks("hostroute", stack);
  const own = Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `hostroute:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(own) as Record<string, string>);
  return loadConfig();
};
const refusal = async (config: Record<string, string>) => {
  const error: unknown = await load(config).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigurationError)) throw error;
  return error.message;
};

it("needs nothing: the defaults are the document's", async () => {
  const spec = await load({});
  expect(spec).toMatchObject({
    clusterName: "dev",
    kubernetesVersion: DEFAULT_RELEASE,
    clusterCidr: "10.200.0.0/16",
    nodeMask: 24,
    serviceCidr: "10.32.0.0/24",
    serviceNodePortRange: "3000-32767",
    clusterDomain: "cluster.local",
    network: { cidr: "10.106.1.0/24", maxHostRoutes: 20 },
    controlPlane: { count: 1 },
    allowInsecure: false,
  });
  expect(spec.plan.routes.map(({ destination, nextHop }) => [destination, nextHop])).toEqual([
    ["10.200.0.0/24", "10.106.1.2"],
    ["10.200.1.0/24", "10.106.1.3"],
    ["10.200.2.0/24", "10.106.1.4"],
  ]);
});

it("reads text as text and everything else as JSON, takes the stack's name, and leaves other namespaces alone", async () => {
  const config = {
    kubernetesVersion: "1.34",
    clusterDns: "",
    nodeMask: "25",
    workerPools: JSON.stringify([
      { name: "gpu", count: 1, firstSlot: 3, labels: { "node-role.kubernetes.io/gpu": "" } },
    ]),
    "openstack:cloud": "lab",
  };
  const spec = await load(config, "prod");
  expect(spec).toMatchObject({
    clusterName: "prod",
    kubernetesVersion: "1.34",
    nodeMask: 25,
    clusterDns: "10.32.0.10",
  });
  expect(spec.workerPools[0]?.labels).toEqual({ "node-role.kubernetes.io/gpu": "" });
  expect(spec.plan.workers).toMatchObject([{ name: "prod-gpu-0", podCidr: "10.200.1.128/25" }]);
});

it("says everything that is wrong at once, with key, value and remedy", async () => {
  const config = { clusterCidr: "10.200.0.0/33", network: "[not json", controlPlane: '{"count":2}', clusterCdir: "x" };
  expect(await refusal(config)).toBe(`The configuration has 4 problems; nothing was changed:

hostroute:clusterCidr 10.200.0.0/33 is not an IPv4 CIDR.
  Write address/prefix, for example 10.200.0.0/16.

hostroute:network [not json is not valid.
  Expected object, received string: see docs/configuration.md.

hostroute:controlPlane.count 2 is not 1, 3 or 5.
  Choose an odd number up to 5: etcd needs a majority.

hostroute:clusterCdir x is not a known key.
  Did you mean clusterCidr?
`);
});

describe("an existing subnet", () => {
  const subnet = neutronSubnet({ cidr: "192.0.2.0/24", gateway_ip: "192.0.2.9", allocation_pools: [] });
  /** Neutron, and what it was asked. */
  const neutron = (answer: Answer) => {
    const asked: string[] = [];
    const call: Session["call"] = (service, method, path) => {
      asked.push(`${service} ${method} ${path}`);
      return Promise.resolve(answer);
    };
    return { asked, session: () => Promise.resolve({ call }) };
  };
  const loadWith = async (more: object, session: () => Promise<Session>) => {
    await startMocks();
    const network = { networkId: NETWORK_ID, subnetId: SUBNET_ID, maxHostRoutes: 7, ...more };
    pulumi.runtime.setAllConfig({ "hostroute:network": JSON.stringify(network) });
    return loadConfig(session);
  };

  it("is read for what is left out, with one question", async () => {
    const { asked, session } = neutron({ status: 200, body: { subnet } });
    const spec = await loadWith({}, session);
    expect(spec.network).toMatchObject({ cidr: "192.0.2.0/24", gateway: "192.0.2.9", maxHostRoutes: 7 });
    expect(spec.plan.routes[0]?.nextHop).toBe("192.0.2.2");
    expect(asked).toEqual([`network GET /v2.0/subnets/${SUBNET_ID}`]);
  });

  it("is not read where all is given", async () => {
    const { asked, session } = neutron({ status: 200, body: { subnet } });
    const allocationPool = { start: "10.106.1.200", end: "10.106.1.249" };
    const spec = await loadWith({ cidr: "10.106.1.0/24", gateway: "10.106.1.1", allocationPool }, session);
    expect(spec.network.cidr).toBe("10.106.1.0/24");
    expect(asked).toEqual([]);
  });

  it.each<[string, () => Promise<Session>, string]>([
    ["that is not there", neutron({ status: 404, body: {} }).session, "is not a subnet that the project sees"],
    [
      "that may not be read",
      neutron({ status: 403, body: "no" }).session,
      `was not read: Neutron answered 403 for subnet ${SUBNET_ID}: "no"`,
    ],
    [
      "where nobody can log in",
      () => Promise.reject(new Error("No OpenStack cloud")),
      "was not read: No OpenStack cloud",
    ],
  ])("%s is a problem of the configuration", async (_name, session, said) => {
    const failure: unknown = await loadWith({}, session).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect((failure as Error).message).toContain(
      `1 problem; nothing was changed:\n\nhostroute:network.subnetId ${SUBNET_ID} ${said}`,
    );
  });
});

describe("a secret", () => {
  const load = async (key: string, value: string, ...secrets: string[]) => {
    await startMocks("hostroute", "dev");
    pulumi.runtime.setAllConfig({ [`hostroute:${key}`]: value }, secrets);
    return loadConfig();
  };

  it.each(["nodeMask", "recovry", "recovery.x", "recovery"])("is not shown where %s is wrong", async (key) => {
    const said = await load(key, "hush", `hostroute:${key}`).catch((error: Error) => error.message);
    expect(said).toContain(`1 problem; nothing was changed:\n\nhostroute:${key} is not `);
    expect(said).not.toContain("hush");
  });

  it("is what recovery has to be set as", async () => {
    const recovery = recoveryText(recoveryKeys());
    expect(await load("recovery", recovery, "hostroute:recovery")).toMatchObject({ recovery });
    expect(await load("recovery", "")).not.toHaveProperty("recovery");
    await expect(load("recovery", recovery)).rejects.toThrow(
      new ConfigurationError([
        {
          key: "recovery",
          value: undefined,
          problem: "is a secret, and stands in clear in the stack's configuration",
          remedy:
            "Set it again with pulumi config set --secret hostroute:recovery, and let nobody have the file in which it was.",
        },
      ]),
    );
  });
});

it("shortens long values, and counts one problem as one", async () => {
  const clusterDomain = "X".repeat(100);
  expect(await refusal({ clusterDomain })).toBe(`The configuration has 1 problem; nothing was changed:

hostroute:clusterDomain ${"X".repeat(77)}... is not a DNS name.
  Use DNS labels joined by dots, for example cluster.local.
`);
});

const incompressible = (bytes: number) =>
  createHash("shake256", { outputLength: bytes }).update("large").digest("base64").slice(0, bytes);

it.each([
  ["controlPlane", (extraFiles: unknown) => ({ extraFiles }), "controlPlane.extraFiles"],
  [
    "workerPools",
    (extraFiles: unknown) => [{ name: "worker", count: 2, extraFiles }],
    "workerPools[0].extraFiles of pool worker",
  ],
])("refuses files in %s that make user-data larger than Nova takes", async (key, value, shown) => {
  const files = [{ path: "/etc/large", content: incompressible(60_000) }];
  const message = await refusal({ [key]: JSON.stringify(value(files)) });
  expect(message.replace(/of up to \d+ bytes/, "of up to N bytes")).toContain(
    `hostroute:${shown} makes user-data of up to N bytes, compressed and in base64, but Nova accepts 65535.
  Shorten its extraFiles: put large files into the image, or have the node download them.`,
  );
  expect(Number(/of up to (\d+) bytes/.exec(message)?.[1])).toBeGreaterThan(65_535);
});

import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULT_RELEASE } from "../components/kubernetes/releases";
import { ConfigurationError } from "../components/settings/problem";
import { recoveryText } from "../components/settings/recovery";
import { loadConfig } from "../config";
import { startMocks } from "./mocks";
import { recoveryKeys } from "./recoveryKeys";

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

import * as pulumi from "@pulumi/pulumi";
import { HostRoutesReader } from "../../components/network/hostRoutes/reader";
import { PodRoutes, RouterArgs } from "../../components/network/podRoutes";
import { allRegistered, promiseOf, sorted, spyOnOptions, startMocks } from "../mocks";

const routes = [
  { destination: "10.200.0.0/24", nextHop: "10.106.1.2", node: "dev-worker-0" },
  { destination: "10.200.7.0/24", nextHop: "10.106.1.9", node: "dev-worker-7" },
];

it("is one resource that holds the whole plan of the subnet", async () => {
  const mocks = await startMocks();
  new PodRoutes("dev", { subnetId: "s1", routes, maxHostRoutes: 20, readHostRoutes: mocks.readHostRoutes });
  await allRegistered();
  expect(mocks.resources).toEqual([
    {
      type: "pulumi-nodejs:dynamic/network:HostRoutes",
      name: "dev",
      inputs: {
        __provider: "serialised",
        subnetId: "s1",
        routes: [
          { destination: "10.200.0.0/24", nextHop: "10.106.1.2" },
          { destination: "10.200.7.0/24", nextHop: "10.106.1.9" },
        ],
        most: 20,
      },
    },
  ]);
});

it("puts the whole plan on the router as well, where that is wanted, once its interface is there", async () => {
  const mocks = await startMocks();
  const { opts, seen } = spyOnOptions();
  const link = new pulumi.ComponentResource("test:index:Link", "link");
  const router = { routerId: "r1", routes, after: [link] };
  const args = { subnetId: "s1", routes: routes.slice(1), maxHostRoutes: 1, readHostRoutes: mocks.readHostRoutes };
  const made = new PodRoutes("dev", { ...args, router }, opts);
  await allRegistered();
  const planned = routes.map(({ destination, nextHop }) => ({ destination, nextHop }));
  expect(sorted(mocks.resources).map(({ type, name, inputs }) => [type, name, inputs.routes])).toEqual([
    ["pulumi-nodejs:dynamic/network:HostRoutes", "dev", planned.slice(1)],
    ["pulumi-nodejs:dynamic/network:RouterRoutes", "dev", planned],
  ]);
  expect(sorted(mocks.resources)[1]?.inputs.routerId).toBe("r1");
  expect(seen.get("RouterRoutes dev")?.dependsOn).toEqual([link]);
  expect(await promiseOf(made.router!.routerId)).toBe("r1");
});

/** What is warned of where the resource puts out `state`, and Neutron then has this table. */
async function warnings(
  state: object,
  readHostRoutes: HostRoutesReader = () => Promise.resolve([]),
  preview = false,
  router?: RouterArgs,
) {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const own = { restored: ["10.200.7.0/24 via 10.106.1.9 was missing"], restoredAt: Date.now() };
  const newResource: pulumi.runtime.Mocks["newResource"] = ({ type, name }) => ({
    id: `${name}-id`,
    state: type.endsWith(":RouterRoutes") ? own : state,
  });
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "hostroute", "dev", preview);
  new PodRoutes("dev", { subnetId: "s1", routes, maxHostRoutes: 20, readHostRoutes, router });
  await allRegistered();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const said = warn.mock.calls.map(([text]) => text);
  warn.mockRestore();
  return said;
}

it.each([
  ["says what an update had to restore", 0, ["10.200.0.0/24 via 10.106.1.2 was missing"]],
  ["does not say again what an earlier update had to restore", -3_600_000, []],
])("%s", async (_name, age, lines) => {
  const restored = ["10.200.0.0/24 via 10.106.1.2 was missing"];
  const begin = "Host routes had been changed outside of this stack and were restored: ";
  const said = await warnings({ subnetId: "s1", restored, restoredAt: Date.now() + age });
  expect(said).toEqual(lines.map((line) => `${begin}${line}`));
});

it("says what had to be restored on the router, apart from the subnet", async () => {
  const router = { routerId: "r1", routes, after: [] };
  expect(await warnings({ subnetId: "s1", restored: [], restoredAt: 0 }, undefined, false, router)).toEqual([
    "Routes on the router had been changed outside of this stack and were restored: 10.200.7.0/24 via 10.106.1.9 was missing",
  ]);
});

describe("the whole table, once the routes are in it", () => {
  const written = { subnetId: "s1", restored: [], restoredAt: 0 };
  const others = (count: number) => (subnetId: string) =>
    Promise.resolve(
      Array.from({ length: subnetId === "s1" ? count : 0 }, (_, n) => ({
        destination: `192.168.${n}.0/24`,
        nexthop: "10.106.1.99",
      })),
    );

  it.each([false, true])("is warned of where it is too long or nearly so, at a preview: %s", async (preview) => {
    expect(await warnings(written, others(30), preview)).toEqual([
      expect.stringContaining("The subnet's 30 host routes make DHCP option 121 254 bytes long") as string,
    ]);
    expect(await warnings(written, others(31), preview)).toEqual([
      expect.stringContaining("262 bytes long, more than the 255 that it holds.") as string,
    ]);
    expect(await warnings(written, others(27), preview)).toEqual([]);
  });

  it("is nobody's to ask for under a user's mocks, and no failure where Neutron does not answer", async () => {
    const silent = jest.fn(() => Promise.reject(new Error("Neutron answered 503 for subnet s1")));
    expect(await warnings({ subnetId: "s1" }, silent)).toEqual([]);
    expect(silent).not.toHaveBeenCalled();
    expect(await warnings(written, silent)).toEqual([]);
    expect(silent).toHaveBeenCalledTimes(1);
  });
});

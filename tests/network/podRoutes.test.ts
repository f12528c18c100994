import * as pulumi from "@pulumi/pulumi";
import { HostRoutesReader } from "../../components/network/hostRoutes/reader";
import { PodRoutes } from "../../components/network/podRoutes";
import { allRegistered, startMocks } from "../mocks";

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

/** What is warned of where the resource puts out `state`, and Neutron then has this table. */
async function warnings(state: object, readHostRoutes: HostRoutesReader = () => Promise.resolve([]), preview = false) {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const newResource: pulumi.runtime.Mocks["newResource"] = ({ name }) => ({ id: `${name}-id`, state });
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "hostroute", "dev", preview);
  new PodRoutes("dev", { subnetId: "s1", routes, maxHostRoutes: 20, readHostRoutes });
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

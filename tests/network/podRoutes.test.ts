import * as pulumi from "@pulumi/pulumi";
import { PodRoutes } from "../../components/network/podRoutes";
import { allRegistered, startMocks } from "../mocks";

const routes = [
  { destination: "10.200.0.0/24", nextHop: "10.106.1.2", node: "dev-worker-0" },
  { destination: "10.200.7.0/24", nextHop: "10.106.1.9", node: "dev-worker-7" },
];

it("is one resource that holds the whole plan of the subnet", async () => {
  const mocks = await startMocks();
  new PodRoutes("dev", { subnetId: "s1", routes });
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
      },
    },
  ]);
});

it.each([
  ["says what an update had to restore", 0, ["10.200.0.0/24 via 10.106.1.2 was missing"]],
  ["does not say again what an earlier update had to restore", -3_600_000, []],
])("%s", async (_name, age, lines) => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const restored = ["10.200.0.0/24 via 10.106.1.2 was missing"];
  const state = { restored, restoredAt: Date.now() + age };
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: `${name}-id`, state }),
    call: () => ({}),
  });
  new PodRoutes("dev", { subnetId: "s1", routes });
  await allRegistered();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const begin = "Host routes had been changed outside of this stack and were restored: ";
  expect(warn.mock.calls.map(([text]) => text)).toEqual(lines.map((line) => `${begin}${line}`));
  warn.mockRestore();
});

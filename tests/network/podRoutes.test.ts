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

it("says what an update had to restore", async () => {
  const warn = jest.spyOn(pulumi.log, "warn");
  const warning = new Promise((resolve) => warn.mockImplementation((text) => Promise.resolve(resolve(text))));
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({
      id: `${name}-id`,
      state: { ...inputs, restored: ["10.200.0.0/24 via 10.106.1.2 was missing"] },
    }),
    call: () => ({}),
  });
  new PodRoutes("dev", { subnetId: "s1", routes });
  expect(await warning).toBe(
    "Host routes had been changed outside of this stack and were restored: 10.200.0.0/24 via 10.106.1.2 was missing",
  );
  warn.mockRestore();
});

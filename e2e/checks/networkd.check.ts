import { inGuest } from "../../lab/guest";
import { waitFor } from "../../lab/shell";
import { workers } from "../support/cloud";
import { inPod, peerSeen, Pod, toolPods } from "../support/kube";
import { fromNetworkd, networkdRoutes, toNetworkd } from "../support/networkd";

const node = () => workers()[1]!;
const shell = (command: string) => inGuest(node().instanceId, ["sh", "-c", command], { timeout: 60_000 });

/** Once the lease is there with all other nodes' routes. */
const configured = () =>
  waitFor(
    "networkd's routes",
    async () => {
      const routes = await networkdRoutes(node());
      return workers().every(({ podCidr, address }) =>
        routes.some((line) => line.startsWith(`${podCidr} via ${address} `)),
      );
    },
    60_000,
    500,
  );

let pods: Pod[];
const own = () => pods.find((pod) => pod.node === node().name)!;
const get = (from: Pod, to: Pod) => peerSeen(inPod(from, "/bin/podtool", "get", `http://${to.address}:8080/`));

async function podsReachEachOther(): Promise<void> {
  expect(await shell(`ip route get ${own().address}`)).toContain("dev cbr0");
  for (const other of pods.filter((pod) => pod !== own())) {
    expect(await get(own(), other)).toBe(own().address);
    expect(await get(other, own())).toBe(other.address);
  }
}

describe("a worker whose network becomes systemd-networkd's", () => {
  beforeAll(async () => {
    pods = await toolPods();
    await toNetworkd(node());
    await configured();
    // The API server's connections to this kubelet were cut.
    await waitFor("kubelet", () => inPod(own(), "echo", "here"), 60_000, 1_000);
  }, 180_000);

  afterAll(async () => {
    await fromNetworkd(node());
    await shell("systemctl reboot").catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await waitFor("the worker, as it was", () => inPod(own(), "echo", "here"), 120_000, 2_000);
  }, 180_000);

  test("is given the route to its own podCIDR too, and reaches its own pods all the same", async () => {
    expect(
      (await networkdRoutes(node())).some((line) => line.startsWith(`${node().podCidr} via ${node().address} `)),
    ).toBe(true);
    await podsReachEachOther();
  });

  test.each(["networkctl renew eth0", "networkctl reconfigure eth0", "systemctl restart systemd-networkd"])(
    "after %s, too",
    async (command) => {
      await shell(command);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await configured();
      await podsReachEachOther();
    },
  );

  test("a route that its lease does not have is learned within a minute", async () => {
    const { podCidr, address } = workers()[0]!;
    await shell(`ip route del ${podCidr} via ${address}`);
    await waitFor(
      "the route",
      async () => (await shell(`ip route show ${podCidr}`)).includes(`via ${address} `),
      60_000,
      1_000,
    );
    await podsReachEachOther();
  });
});

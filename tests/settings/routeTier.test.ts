import { specOf } from "../fixtures";

const pool = (name: string, count: number, firstSlot = 0) => ({ name, count, firstSlot });

/** Tier and host routes, by the third part of their destinations. */
function tier(
  routeTier: "auto" | "subnet" | "nodes",
  maxHostRoutes: number,
  ...workerPools: ReturnType<typeof pool>[]
) {
  const spec = specOf({ workerPools, network: { cidr: "10.106.0.0/22", routeTier, maxHostRoutes } });
  const slots = spec.hostRoutes.map(({ destination }) => Number(destination.split(".")[2]));
  return [spec.routeTier, slots];
}
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

it.each<[string, ReturnType<typeof tier>, unknown]>([
  ["auto, as many as Neutron stores", tier("auto", 20, pool("a", 20)), ["subnet", upTo(20)]],
  ["auto, one more", tier("auto", 20, pool("a", 21)), ["nodes", upTo(20)]],
  ["auto, as many as DHCP carries", tier("auto", 64, pool("a", 30)), ["subnet", upTo(30)]],
  ["auto, one more", tier("auto", 64, pool("a", 31)), ["nodes", upTo(30)]],
  ["auto, no worker", tier("auto", 0), ["subnet", []]],
  ["auto, where the subnet has room for none", tier("auto", 0, pool("a", 1)), ["nodes", []]],
  ["nodes, although all fit", tier("nodes", 20, pool("a", 2)), ["nodes", [0, 1]]],
  ["subnet", tier("subnet", 20, pool("a", 2)), ["subnet", [0, 1]]],
  ["the first slots, whichever pool comes first", tier("auto", 3, pool("a", 2, 5), pool("b", 2)), ["nodes", [5, 0, 1]]],
])("%s", (_name, found, expected) => expect(found).toEqual(expected));

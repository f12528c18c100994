import { needsOf } from "../../../components/preflight/needs";
import { specOf } from "../../fixtures";
import { EXISTING, SUBNET_ID } from "../../preflight/cloud";
import { StandIn } from "../../preflight/standIn";
import { DynamicHost } from "./dynamicHost";

const cloud = new StandIn();
let host: DynamicHost;
beforeAll(async () => {
  cloud.reset();
  host = await DynamicHost.start("components/preflight/provider.ts", "PreflightProvider", {
    "openstack:authUrl": await cloud.start(),
    "openstack:userName": "demo",
    "openstack:password": "secret",
    "openstack:region": "one",
  });
}, 60_000);
afterAll(async () => {
  host?.stop();
  await cloud.stop();
});
beforeEach(() => cloud.reset());

/** What is wrong, by the keys that it is told of. */
const keys = (reason = "") => [...reason.matchAll(/^hostroute:(\S+)/gm)].map(([, key]) => key);

it("compares a plan with the cloud in Pulumi's own process: all checks, and everything that is read", async () => {
  // Each check has something to say: whatever it uses has got into the process.
  const found = { network_id: EXISTING.networkId, cidr: "10.106.1.0/25", gateway_ip: null, enable_dhcp: false };
  const subnet = { ...found, allocation_pools: [{ start: "10.106.1.3", end: "10.106.1.4" }] };
  const others = Array.from({ length: 30 }, (_, n) => ({ destination: `192.168.${n}.0/24`, nexthop: "10.106.1.126" }));
  cloud.replies.set(`network /v2.0/subnets/${SUBNET_ID}`, { subnet: { ...subnet, host_routes: others } });
  cloud.replies.set("network /v2.0/networks", {
    networks: [{ id: EXISTING.networkId, name: "nodes", project_id: "project-id", "router:external": false }],
  });
  const taken = {
    id: "port",
    name: "printer",
    device_owner: "",
    device_id: "",
    fixed_ips: [{ ip_address: "10.106.1.2" }],
  };
  cloud.replies.set("network /v2.0/ports", { ports: [taken] });
  const spec = specOf({
    network: { ...EXISTING, externalNetwork: "public" },
    controlPlane: { count: 3, flavor: "m1.medum", image: "debian-12", availabilityZones: ["az3"] },
    workerPools: [{ name: "worker", count: 15, rootVolume: { size: 2, type: "sdd" } }],
    maxServerGroupMembers: 15,
  });
  const { inputs, reasons } = await host.check(undefined, { needs: needsOf(spec) });
  expect(reasons).toHaveLength(1);
  expect(new Set(keys(reasons[0]))).toEqual(
    new Set([
      ...["controlPlane.flavor", "workerPools[0].rootVolume.size", "workerPools[0].rootVolume.type"],
      ...["controlPlane.availabilityZones", "network.externalNetwork", "network", "clusterName", "network.cidr"],
      ...["network.subnetId", "workerPools[0].count", "workerPools", "maxServerGroupMembers", "preflight"],
      "network.externalNetwork",
    ]),
  );
  const { warnings } = inputs as { warnings: string[] };
  expect(keys(warnings.join("\n"))).toContain("network.gateway");
});

it("finds nothing wrong with a plan that fits", async () => {
  const aliases = [
    "port-security",
    "allowed-address-pairs",
    "security-group",
    "standard-attr-tag",
    "revision-if-match",
  ];
  cloud.replies.set("network /v2.0/extensions", { extensions: aliases.map((alias) => ({ alias })) });
  expect(await host.check({ warnings: [] }, { needs: needsOf(specOf()) })).toEqual({
    inputs: { warnings: [] },
    reasons: [],
  });
});

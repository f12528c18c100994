import { Facts } from "../../components/preflight/facts";
import { judge } from "../../components/preflight/judge";
import { needsOf } from "../../components/preflight/needs";
import { formatProblem } from "../../components/settings/problem";
import { Raw, specOf } from "../fixtures";
import { cloud, cloudWithSubnet, EXISTING } from "./cloud";
import { KINDS } from "./kinds";
import { routerFits } from "./routerKinds";

const findings = (raw: Raw, facts: Facts) => judge(needsOf(specOf(raw)), facts);

it("has nothing to say where the plan fits", () => {
  expect(findings({ network: { externalNetwork: "public" } }, cloud())).toEqual([]);
});

it.each(KINDS)("$name", ({ raw, existing, change, says, warning = false }) => {
  const facts = existing ? cloudWithSubnet() : cloud();
  const before = findings(raw, facts).filter((found) => formatProblem(found) === says);
  change(facts);
  const found = findings(raw, facts);
  // Alone, in these words, and only since the change: nothing else is said of it.
  expect(found.map(formatProblem)).toEqual([says]);
  expect(found[0]?.warning ?? false).toBe(warning);
  expect(before).toEqual([]);
});

it.each(routerFits)("takes %s", (_name, raw, change) => {
  const facts = cloud();
  change(facts);
  expect(findings(raw, facts)).toEqual([]);
});

it("knows at least forty kinds, each with another message", () => {
  expect(new Set(KINDS.map(({ says }) => says)).size).toBeGreaterThanOrEqual(40);
});

it("says all at once, problems before warnings", () => {
  const facts = cloud();
  facts.extensions = facts.extensions!.filter((alias) => alias !== "revision-if-match");
  facts.quotas.instances = { limit: 3, used: 3 };
  const raw: Raw = { controlPlane: { flavor: "m1.huge" }, network: { externalNetwork: "publik" } };
  expect(findings(raw, facts).map(({ key, warning }) => [key, warning])).toEqual([
    ["controlPlane.flavor", undefined],
    ["network.externalNetwork", undefined],
    ["workerPools", undefined],
    ["network", true],
  ]);
});

it("concludes nothing from facts that could not be read", () => {
  const raw: Raw = {
    sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJcV1nVfCYjwOTPMxbTZ8CTi0XqlaEOCzSFYdUyQy3lV",
    network: { externalNetwork: "nowhere" },
    controlPlane: { flavor: "none", image: "none", rootVolume: { size: 1, type: "none" }, availabilityZones: ["none"] },
  };
  expect(findings(raw, { quotas: {}, made: {} })).toEqual([]);
  // With quotas alone, there is no telling what is there already.
  expect(
    findings(raw, { quotas: { instances: { limit: 0, used: 0 }, ports: { limit: 0, used: 0 } }, made: {} }),
  ).toEqual([]);
});

it("takes -1 for no limit", () => {
  const facts = cloud();
  for (const quota of Object.values(facts.quotas)) quota.limit = -1;
  expect(findings({ workerPools: [{ name: "worker", count: 20 }], maxServerGroupMembers: 20 }, facts)).toEqual([]);
});

it("puts no node on an existing subnet's gateway, also where its router's port is not seen", () => {
  const facts = cloudWithSubnet();
  facts.subnet!.gateway_ip = "10.106.1.4";
  facts.ports = [];
  const [found, warned, ...others] = findings({ network: { ...EXISTING } }, facts).map(formatProblem);
  expect(found).toBe(
    "hostroute:workerPools[0].count 3 puts dev-worker-2 at 10.106.1.4, which is the gateway of the existing subnet.\n" +
      "  Set hostroute:network.gateway to it, and move hostroute:network.firstWorkerAddress or workerPools[0].firstSlot.",
  );
  expect(warned).toContain("is not the gateway of the existing subnet, which is 10.106.1.4");
  expect(others).toEqual([]);
});

it("has nothing to say of DNS servers that the subnet has", () => {
  const facts = cloudWithSubnet();
  facts.subnet!.dns_nameservers = ["9.9.9.9"];
  expect(findings({ network: { ...EXISTING, dnsServers: ["9.9.9.9"] } }, facts)).toEqual([]);
});

it.each([0, 1, 2])("takes a limit for the plan's host routes that leaves others their room: %i", (maxHostRoutes) => {
  const facts = cloudWithSubnet();
  facts.subnet!.host_routes = Array.from({ length: 18 }, (_, n) => ({
    destination: `192.168.${n}.0/24`,
    nexthop: "10.106.1.254",
  }));
  expect(findings({ network: { ...EXISTING, maxHostRoutes } }, facts)).toEqual([]);
});

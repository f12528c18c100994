import * as fs from "node:fs";
import * as path from "node:path";
import { root, stateDir } from "../../../lab/paths";
import { list } from "../../support/cloud";
import { admittedTo, Balancer, balancersIn, deleteBalancer, leave, membersOf, partsOf } from "../../support/octavia";
import { pulumi } from "../../support/stack";

/** The project: the engine wants a folder that has all of it. */
const folder = path.join(stateDir, "balanced");
const STACK = "check";
const balanced = (...args: string[]) => pulumi(folder, "--non-interactive", ...args, "--stack", STACK);
const up = () => balanced("up", "--yes", "--skip-preview");
const destroy = () => balanced("destroy", "--yes", "--skip-preview");
const set = (...args: string[]) => balanced("config", "set", ...args);
const setCidrs = async (...cidrs: string[]) => {
  for (const [n, cidr] of cidrs.entries()) await set("--path", `allowedCidrs[${n}]`, cidr);
};
let subnetId: string;
/** The one that is the program's. */
const own = async (): Promise<Balancer> =>
  (await balancersIn(subnetId)).find(({ name }) => name === "balanced-api") ??
  Promise.reject(new Error("the API's balancer is gone"));

function prepare(): void {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: balanced\nruntime: nodejs\nmain: index.ts\n");
  fs.writeFileSync(path.join(folder, "index.ts"), `export * from "${root}/e2e/long/octavia/network";\n`);
  for (const name of ["package.json", "node_modules", "tsconfig.json"]) {
    fs.rmSync(path.join(folder, name), { force: true });
    fs.symlinkSync(path.join(root, name), path.join(folder, name));
  }
}

beforeAll(async () => {
  prepare();
  await balanced("stack", "init", "--no-select").catch(() => undefined); // a killed check has left it
  await set("provider", "amphora");
  await set("members", "1");
  await setCidrs("172.24.4.0/24", "10.107.1.0/24");
});
afterAll(async () => {
  await destroy();
  await balanced("stack", "rm", "--yes");
  fs.rmSync(folder, { recursive: true });
});

describe("a balancer of the provider amphora", () => {
  test("is made with access lists, long connections and a monitor of /readyz", async () => {
    await up();
    subnetId = JSON.parse(await balanced("stack", "output", "subnetId", "--json")) as string;
    expect(await own()).toMatchObject({
      provider: "amphora",
      vip_address: "10.107.1.199",
      provisioning_status: "ACTIVE",
    });
    const { listener, pool, monitor } = await partsOf("balanced-api");
    const hours = 14_400_000;
    expect(listener).toMatchObject({ protocol_port: 443, timeout_client_data: hours, timeout_member_data: hours });
    expect(pool).toMatchObject({ lb_algorithm: "LEAST_CONNECTIONS", protocol: "TCP" });
    expect(monitor).toMatchObject({ type: "HTTPS", url_path: "/readyz", expected_codes: "200" });
    expect(Object.keys(await membersOf("balanced-api"))).toEqual(["10.107.1.250"]);
  });

  test("is read back as it was made", async () => {
    await balanced("preview", "--refresh", "--expect-no-changes");
  });

  test("changes in place: who may connect, and from one member to three", async () => {
    const { id } = await own();
    await set("members", "3");
    // In an order that is not Octavia's.
    await setCidrs("203.0.113.0/24", "10.107.1.0/24", "198.51.100.0/24");
    await up();
    expect((await own()).id).toBe(id);
    const { listener } = await partsOf("balanced-api");
    expect(listener.allowed_cidrs).toEqual(["10.107.1.0/24", "198.51.100.0/24", "203.0.113.0/24"]);
    expect(await admittedTo(await own(), 443)).toEqual(listener.allowed_cidrs);
    expect(Object.keys(await membersOf("balanced-api")).sort()).toEqual([
      "10.107.1.250",
      "10.107.1.251",
      "10.107.1.252",
    ]);
    await balanced("preview", "--refresh", "--expect-no-changes");
  });

  test("becomes one of OVN's at the same address, and back", async () => {
    for (const provider of ["ovn", "amphora"]) {
      await set("provider", provider);
      await up();
      expect(await own()).toMatchObject({ provider, vip_address: "10.107.1.199", provisioning_status: "ACTIVE" });
      expect(await balancersIn(subnetId)).toHaveLength(1);
      await balanced("preview", "--refresh", "--expect-no-changes");
    }
  });
});

describe("its end", () => {
  test("is refused for somebody's balancer in the subnet, by its name and at once", async () => {
    const somebodys = await leave("somebodys", subnetId, "ovn");
    await leave("kube_service_kubernetes_default_web", subnetId, "amphora");
    await leave("kube_service_kubernetes_default_dns", subnetId, "ovn");
    const begun = Date.now();
    await expect(destroy()).rejects.toThrow(`Load balancer somebodys (${somebodys.id}) is in the stack's subnet`);
    // Neutron would have kept the subnet, and the provider have asked for ten minutes.
    expect(Date.now() - begun).toBeLessThan(120_000);
    expect((await balancersIn(subnetId)).map(({ name }) => name)).toEqual(["somebodys"]);
    await deleteBalancer(somebodys.id);
  });

  test("leaves nothing, whatever Services had there", async () => {
    await destroy();
    expect(await list("load-balancer", `/v2.0/lbaas/loadbalancers?vip_subnet_id=${subnetId}`, "loadbalancers")).toEqual(
      [],
    );
    expect(await list("network", "/v2.0/networks?name=balanced", "networks")).toEqual([]);
    expect(await list("network", `/v2.0/ports?fixed_ips=subnet_id%3D${subnetId}`, "ports")).toEqual([]);
  });
});

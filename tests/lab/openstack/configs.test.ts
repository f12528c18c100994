import * as fs from "node:fs";
import { catalog } from "../../../lab/openstack/api";
import { etc, renderedConfigs } from "../../../lab/openstack/configs";
import { authority, balancers } from "../../../lab/openstack/octaviaServices";
import { apis, services } from "../../../lab/openstack/services";
import { objectStore } from "../../../lab/openstack/swiftServices";
import { etcDir, stateDir } from "../../../lab/paths";

const configs = renderedConfigs();

/** Sections of an INI file, each with its values by key. */
function parsed(name: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  for (const line of configs[name]!.split("\n")) {
    const head = /^\[(.*)\]$/.exec(line)?.[1];
    if (head) section = sections[head] = {};
    else if (line !== "" && !line.startsWith("#")) {
      const [key, ...value] = line.split(" = ");
      section[key!] = value.join(" = ");
    }
  }
  return sections;
}

const ini = Object.keys(configs).filter((name) => name.endsWith(".conf") && name !== "rabbitmq.conf");

it.each(ini)("%s is an INI file, rendered to the end", (name) => {
  expect(configs[name]).not.toContain("${");
  for (const line of configs[name]!.split("\n")) expect(line).toMatch(/^(|#.*|\[[A-Za-z0-9_:-]+\]|[a-z0-9_.]+ = .+)$/);
});

it("every configuration that a service is started with is rendered", () => {
  const named = Object.values(services).flatMap(({ command, env = {} }) =>
    [...command, ...Object.values(env).flatMap((value) => value.split(";"))].flatMap(
      (word) => /([a-z0-9-]+\.conf)$/.exec(word)?.[1] ?? [],
    ),
  );
  expect(named).toEqual(
    expect.arrayContaining(["keystone.conf", "ml2.conf", "nova.conf", "ovn-agent.conf", "swift-proxy.conf"]),
  );
  expect(named.filter((name) => !(name in configs))).toEqual([]);
});

it("limits that the program has to live with are Neutron's defaults, but for host routes: DHCP's limit has to come first", () => {
  const limits = configs["neutron.conf"]!.split("\n").filter((line) => /^(max_|quota_)/.test(line));
  expect(limits).toEqual(["max_subnet_host_routes = 64"]);
  expect(parsed("neutron.conf")).not.toHaveProperty("quotas");
});

it("Neutron, its agent and Nova use the same databases of OVN and the same secret", () => {
  const [ml2, agent, nova] = ["ml2.conf", "ovn-agent.conf", "nova.conf"].map(parsed) as [
    ReturnType<typeof parsed>,
    ReturnType<typeof parsed>,
    ReturnType<typeof parsed>,
  ];
  for (const key of ["ovn_nb_connection", "ovn_sb_connection"]) expect(agent.ovn![key]).toBe(ml2.ovn![key]);
  expect(agent.DEFAULT!.metadata_proxy_shared_secret).toBe(nova.neutron!.metadata_proxy_shared_secret);
  expect(apis["nova-metadata"]!.probe).toEqual({ http: Number(agent.DEFAULT!.nova_metadata_port) });
});

describe("Octavia", () => {
  const { ovn, controller_worker: worker, certificates } = parsed("octavia.conf");
  it("answers where the catalog says", () => {
    const { url } = catalog.find(({ type }) => type === "load-balancer")!;
    expect(balancers.octavia!.probe).toEqual({ http: Number(new URL(url).port) });
  });

  it("makes OVN's balancers where Neutron makes its networks", () => {
    const { ovn: neutron } = parsed("ml2.conf");
    expect(ovn).toEqual({
      ovn_nb_connection: neutron!.ovn_nb_connection,
      ovn_sb_connection: neutron!.ovn_sb_connection,
    });
  });

  it("has what its worker cannot do without: a key of 32 bytes, an authority, and a compute driver that its entry points name", () => {
    expect(Buffer.from(certificates!.server_certs_key_passphrase!)).toHaveLength(32);
    expect([certificates!.ca_certificate, certificates!.ca_private_key, worker!.client_ca]).toEqual([
      authority.certificate,
      authority.key,
      authority.certificate,
    ]);
    const { PYTHONPATH } = balancers.octavia!.env!;
    const points = fs.readFileSync(`${PYTHONPATH}/no_amphorae-1.dist-info/entry_points.txt`, "utf8");
    const [, module, name] = new RegExp(`^${worker!.compute_driver} = (\\w+):(\\w+)$`, "m").exec(points)!;
    expect(fs.readFileSync(`${PYTHONPATH}/${module}.py`, "utf8")).toContain(`class ${name}(`);
  });
});

describe("Swift", () => {
  const servers = Object.entries(objectStore).map(([name, { probe }]) => {
    if (typeof probe === "string" || !("http" in probe)) throw new Error(`${name} has another kind of probe`);
    return { name, sections: parsed(`${name}.conf`), looked: [probe.address ?? "127.0.0.1", String(probe.http)] };
  });

  it.each(servers)("$name listens where it is looked for", ({ sections, looked }) => {
    expect([sections.DEFAULT!.bind_ip, sections.DEFAULT!.bind_port]).toEqual(looked);
  });

  it("is reached by its proxy alone, where the catalog says", () => {
    const { url } = catalog.find(({ type }) => type === "object-store")!;
    const [open, ...others] = servers.filter(({ looked }) => looked[0] !== "127.0.0.1");
    expect([open!.name, others]).toEqual(["swift-proxy", []]);
    expect(url).toBe(`http://${open!.looked.join(":")}/v1/AUTH_%(project_id)s`);
  });

  it("has everything in the lab's folder: it would look in /etc/swift and /srv/node", () => {
    for (const { sections } of servers) expect(sections.DEFAULT!.swift_dir).toBe(etcDir);
    expect(configs["swift.conf"]).toBeDefined(); // found there by its name
    const devices = servers.map(({ sections }) => sections.DEFAULT!.devices).filter(Boolean);
    expect(devices).toEqual(Array(3).fill(`${stateDir}/swift`));
    for (const { command } of Object.values(objectStore)) expect(command[1]).toContain(etc("swift-"));
  });

  it.each(servers)("$name describes every part of its pipeline", ({ sections }) => {
    const described = Object.keys(sections).flatMap((head) => /^(?:filter|app):(.*)$/.exec(head)?.[1] ?? []);
    expect(described.sort()).toEqual(sections["pipeline:main"]!.pipeline!.split(" ").sort());
  });

  it("knows signed URLs before it asks for a token, and tokens before rights", () => {
    const order = parsed("swift-proxy.conf")["pipeline:main"]!.pipeline!.split(" ");
    const wanted = ["cache", "tempurl", "authtoken", "keystoneauth", "container-quotas", "proxy-server"];
    expect(order.filter((name) => wanted.includes(name))).toEqual(wanted);
    expect(parsed("swift-proxy.conf")["filter:authtoken"]!.delay_auth_decision).toBe("true");
  });
});

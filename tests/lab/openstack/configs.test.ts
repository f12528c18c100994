import { renderedConfigs } from "../../../lab/openstack/configs";
import { apis, services } from "../../../lab/openstack/services";

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
  for (const line of configs[name]!.split("\n")) expect(line).toMatch(/^(|#.*|\[[A-Za-z0-9_]+\]|[a-z0-9_]+ = .+)$/);
});

it("every configuration that a service is started with is rendered", () => {
  const named = Object.values(services).flatMap(({ command, env = {} }) =>
    [...command, ...Object.values(env).flatMap((value) => value.split(";"))].flatMap(
      (word) => /([a-z0-9-]+\.conf)$/.exec(word)?.[1] ?? [],
    ),
  );
  expect(named).toEqual(expect.arrayContaining(["keystone.conf", "ml2.conf", "nova.conf", "ovn-agent.conf"]));
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

import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { etcDir, stateDir } from "../paths";

export const password = "labpw";
/** The name under which Neutron's agents and nova-compute register, whatever the machine is called. */
export const host = "lab1";
/** The bridge of the external network. The machine itself is its gateway. */
export const publicBridge = "lab-public";
/** The external network: the machine holds its first address on the bridge and nothing leads further. */
export const publicNetwork = {
  name: "public",
  cidr: "172.24.4.0/24",
  gateway: "172.24.4.1",
  pool: { start: "172.24.4.10", end: "172.24.4.250" },
};

/** Path of a rendered configuration file. */
export const etc = (name: string) => path.join(etcDir, name);

const login = `auth_type = password
auth_url = http://127.0.0.1:5000
project_domain_name = Default
user_domain_name = Default
project_name = admin
username = admin
password = ${password}
region_name = RegionOne`;

const variables: Record<string, string> = {
  STATE: stateDir,
  ETC: etcDir,
  HOST: host,
  PASSWORD: password,
  PUBLIC_BRIDGE: publicBridge,
  NAME_SERVER: publicNetwork.gateway,
  DB: `mysql+pymysql://os:${password}@127.0.0.1:3306`,
  RABBIT: "rabbit://guest:guest@127.0.0.1:5672/",
  LOGIN: login,
  TOKEN_CHECK: `www_authenticate_uri = http://127.0.0.1:5000\nmemcached_servers = 127.0.0.1:11211\n${login}`,
};

/** Renders every template into the lab's etc folder (programs into `bin`), and makes Keystone's keys once. */
export function writeConfigs(): void {
  const templates = path.join(__dirname, "templates");
  for (const name of fs.readdirSync(templates)) {
    const text = fs.readFileSync(path.join(templates, name), "utf8");
    const program = text.startsWith("#!");
    // Shell has variables of its own; only configuration files are templates.
    const rendered = program ? text : text.replace(/\$\{([A-Z_]+)\}/g, (_, key: string) => variable(name, key));
    const target = program ? path.join(stateDir, "bin", name) : etc(name);
    write(target, rendered, program ? 0o755 : 0o644);
  }
  for (const folder of ["images", "lock", "tmp", "neutron", "nova/instances", "rabbit/log"])
    fs.mkdirSync(path.join(stateDir, folder), { recursive: true });
  for (const folder of ["fernet", "credential"]) fs.mkdirSync(etc(folder), { recursive: true, mode: 0o700 });
  // What `keystone-manage fernet_setup` makes, without two starts of Python: 32 random bytes in URL-safe base64.
  for (const key of ["fernet/0", "fernet/1", "credential/0", "credential/1"])
    if (!fs.existsSync(etc(key)))
      write(etc(key), crypto.randomBytes(32).toString("base64").replace(/\+/g, "-").replace(/\//g, "_"), 0o600);
}

function variable(template: string, key: string): string {
  const value = variables[key];
  if (value === undefined) throw new Error(`lab/openstack/templates/${template}: unknown variable ${key}`);
  return value;
}

/** All or nothing, so that a kill at the wrong moment leaves no half a file. */
function write(file: string, text: string, mode: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.new`, text, { mode });
  fs.renameSync(`${file}.new`, file);
}

/** Does something once in the life of a lab: the marker is written only when it has ended well. */
export async function once(name: string, work: () => void | Promise<unknown>): Promise<void> {
  const marker = path.join(stateDir, "done", name);
  if (fs.existsSync(marker)) return;
  await work();
  write(marker, "", 0o644);
}

import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { etcDir, stateDir } from "../paths";
import { venv } from "./environment";

export const password = "labpw";
/** The name under which OVN's chassis, Neutron's agent and nova-compute register, whatever the machine is called. */
export const host = "lab1";
/** Open vSwitch's bridge of the external network. The machine itself is its gateway. */
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
  VENV: venv,
  ETC: etcDir,
  HOST: host,
  PASSWORD: password,
  NAME_SERVER: publicNetwork.gateway,
  PUBLIC_ADDRESS: publicNetwork.gateway,
  DB: `mysql+pymysql://os:${password}@127.0.0.1:3306`,
  RABBIT: "rabbit://guest:guest@127.0.0.1:5672/",
  LOGIN: login,
  TOKEN_CHECK: `www_authenticate_uri = http://127.0.0.1:5000\nmemcached_servers = 127.0.0.1:11211\n${login}`,
};

/** Renders every template into the lab's etc folder, and makes Keystone's keys once. */
export function writeConfigs(): void {
  for (const [name, text] of Object.entries(renderedConfigs())) write(etc(name), text, 0o644);
  // Nova takes the first file of its folder's two for the one that describes its pipelines.
  write(etc("api-paste.ini"), fs.readFileSync(path.join(venv, "etc/nova/api-paste.ini"), "utf8"), 0o644);
  for (const folder of ["images", "lock", "tmp", "neutron", "nova/instances", "ovn", "rabbit/log"])
    fs.mkdirSync(path.join(stateDir, folder), { recursive: true });
  for (const folder of ["fernet", "credential"]) fs.mkdirSync(etc(folder), { recursive: true, mode: 0o700 });
  // What `keystone-manage fernet_setup` makes, without two starts of Python: 32 random bytes in URL-safe base64.
  for (const key of ["fernet/0", "fernet/1", "credential/0", "credential/1"])
    if (!fs.existsSync(etc(key)))
      write(etc(key), crypto.randomBytes(32).toString("base64").replace(/\+/g, "-").replace(/\//g, "_"), 0o600);
}

/** Configuration files by name. @throws Error where a template asks for something unknown */
export function renderedConfigs(): Record<string, string> {
  const templates = path.join(__dirname, "templates");
  const rendered = (name: string) =>
    fs
      .readFileSync(path.join(templates, name), "utf8")
      .replace(/\$\{([A-Z_]+)\}/g, (_, key: string) => variable(name, key));
  return Object.fromEntries(fs.readdirSync(templates).map((name) => [name, rendered(name)]));
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
  if (isDone(name)) return;
  await work();
  write(marker(name), "", 0o644);
}

/** Whether this lab has done what {@link once} was given under that name. */
export const isDone = (name: string): boolean => fs.existsSync(marker(name));
const marker = (name: string) => path.join(stateDir, "done", name);

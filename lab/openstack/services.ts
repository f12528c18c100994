import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { etcDir, runDir, stateDir } from "../paths";
import { pidOf, start, waitFor } from "../shell";
import { call } from "./api";
import { etc, host, publicNetwork } from "./configs";

/** How one sees that a service works: a TCP port, an HTTP answer, or a fresh heartbeat in the list of Neutron or Nova. */
type Probe = { port: number; address?: string } | { http: number } | { heartbeat: "network" | "compute" };

interface Service {
  command: string[];
  probe: Probe;
  env?: Record<string, string>;
}

const erlang = {
  ERL_EPMD_ADDRESS: "127.0.0.1",
  // Not the usual 4369: an Erlang program of the machine's own may hold that.
  ERL_EPMD_PORT: "14369",
  RABBITMQ_NODENAME: "hostroute@localhost",
  RABBITMQ_MNESIA_BASE: path.join(stateDir, "rabbit/mnesia"),
  RABBITMQ_LOG_BASE: path.join(stateDir, "rabbit/log"),
  RABBITMQ_CONFIG_FILE: etc("rabbitmq.conf"),
  RABBITMQ_ADVANCED_CONFIG_FILE: etc("advanced.config"),
  RABBITMQ_ENABLED_PLUGINS_FILE: etc("enabled_plugins"),
  RABBITMQ_PID_FILE: path.join(stateDir, "rabbit/pid"),
  // One scheduler, and none that spins while it waits: the two cores are for the guests.
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
};

const words = (text: string) => text.split(" ");
const wsgi = (port: number, file: string) => [
  ...words("uwsgi --plugins python3 --master --lazy-apps --enable-threads --die-on-term --buffer-size 65535"),
  ...words(
    `--processes 1 --threads 8 --thunder-lock --disable-logging --http-socket 127.0.0.1:${port} --wsgi-file ${file}`,
  ),
  // Without it, clients see resets on connections that they want to use again.
  ...["--add-header", "Connection: close"],
];
const nova = (program: string) => [program, "--config-file", etc("nova.conf")];
const neutron = (program: string, ...more: string[]) => [
  program,
  ...["neutron.conf", "ml2.conf", ...more].flatMap((file) => ["--config-file", etc(file)]),
];

/** What the others cannot start without. */
export const basis: Record<string, Service> = {
  mariadb: {
    // The data is thrown away with the lab, so nothing is synced to disk.
    command: [
      ...["mariadbd", "--no-defaults", "--user=root", `--datadir=${stateDir}/db`, `--socket=${stateDir}/db.sock`],
      ...words("--bind-address=127.0.0.1 --port=3306 --skip-name-resolve --max-connections=500 --sync-binlog=0"),
      ...words("--innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync"),
      ...words("--innodb-buffer-pool-size=256M --performance-schema=off"),
    ],
    probe: { port: 3306 },
  },
  memcached: { command: words("memcached -u nobody -l 127.0.0.1 -p 11211 -m 64"), probe: { port: 11211 } },
  epmd: { command: ["epmd"], env: erlang, probe: { port: 14369 } },
  rabbitmq: { command: ["/usr/lib/rabbitmq/bin/rabbitmq-server"], env: erlang, probe: { port: 5672 } },
};

/** The one name of the world outside that the lab's name server knows. */
export const outsideName = "outside.lab.example";

/**
 * A name server out there, which the DHCP agent's dnsmasq asks (dhcp.conf): it knows one name and says of all others, as real ones do
 * of most, that they do not exist. Without one, a tenant's dnsmasq refuses to answer.
 */
export const nameServer: Record<string, Service> = {
  "name-server": {
    command: [
      ...words("dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv --pid-file= --user=root"),
      ...["--bind-interfaces", `--listen-address=${publicNetwork.gateway}`],
      ...["--address=/#/", `--host-record=${outsideName},${publicNetwork.gateway}`],
    ],
    probe: { port: 53, address: publicNetwork.gateway },
  },
};

/** Servers and schedulers. nova-compute and libvirt belong to lab/guest. */
export const apis: Record<string, Service> = {
  keystone: {
    command: wsgi(5000, "/usr/bin/keystone-wsgi-public"),
    env: { OS_KEYSTONE_CONFIG_DIR: etcDir, OS_KEYSTONE_CONFIG_FILES: "keystone.conf" },
    probe: { http: 5000 },
  },
  placement: {
    command: wsgi(8778, "/usr/bin/placement-api"),
    env: { OS_PLACEMENT_CONFIG_DIR: etcDir },
    probe: { http: 8778 },
  },
  "neutron-server": { command: neutron("neutron-server"), probe: { http: 9696 } },
  "nova-api": { command: nova("nova-api"), probe: { http: 8774 } },
  glance: { command: ["glance-api", "--config-file", etc("glance.conf")], probe: { http: 9292 } },
  "nova-conductor": { command: nova("nova-conductor"), probe: { heartbeat: "compute" } },
  "nova-scheduler": { command: nova("nova-scheduler"), probe: { heartbeat: "compute" } },
};

/** Neutron's agents, which ask its server for their work when they start. */
export const agents: Record<string, Service> = {
  "neutron-linuxbridge": { command: neutron("neutron-linuxbridge-agent"), probe: { heartbeat: "network" } },
  "neutron-dhcp": { command: neutron("neutron-dhcp-agent", "dhcp.conf"), probe: { heartbeat: "network" } },
  "neutron-l3": { command: neutron("neutron-l3-agent", "l3.conf"), probe: { heartbeat: "network" } },
  "neutron-metadata": { command: neutron("neutron-metadata-agent", "metadata.conf"), probe: { heartbeat: "network" } },
};

/** All of them, in the order of their start. */
export const services: Record<string, Service> = { ...basis, ...nameServer, ...apis, ...agents };

/**
 * The environment of everything that the lab runs: nothing of the caller's, the lab's own ebtables first in PATH, and a mark by
 * which `down` finds every descendant, however it was forked.
 */
export const serviceEnv: Record<string, string> = {
  PATH: `${stateDir}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: stateDir,
  TMPDIR: path.join(stateDir, "tmp"),
  LANG: "C.UTF-8",
  HOSTROUTE_LAB: stateDir,
};

/** Starts a service of the table unless it runs. */
export function startService(name: string): boolean {
  const { command, env } = services[name]!;
  return start(name, command, { ...serviceEnv, ...env });
}

/** Waits for services, and says which one has ended instead of waiting for it in vain. */
export async function waitForAnswer(...names: string[]): Promise<void> {
  await Promise.all(
    names.map(async (name) => {
      await waitFor(name, async () => (await answers(name)) || !pidOf(name), 180_000, 500);
      if (!pidOf(name)) throw new Error(`${name} has ended: see .lab/log/${name}.log`);
    }),
  );
}

/** Whether a service does its work now. Another program on its port does not count. */
export async function answers(name: string): Promise<boolean> {
  const { probe, command } = services[name]!;
  if (!pidOf(name)) return false;
  try {
    if ("port" in probe) return await connects(probe.port, probe.address);
    if ("heartbeat" in probe) return isFresh(name, await lastHeartbeat(probe.heartbeat, command[0]!));
    const response = await fetch(`http://127.0.0.1:${probe.http}/`, { signal: AbortSignal.timeout(3000) });
    return response.status < 500;
  } catch {
    return false;
  }
}

async function lastHeartbeat(list: "network" | "compute", binary: string): Promise<string | null | undefined> {
  if (list === "network") {
    type Agents = Record<"agents", { heartbeat_timestamp: string }[]>;
    return (await call<Agents>("GET", list, `/agents?host=${host}&binary=${binary}`)).agents[0]?.heartbeat_timestamp;
  }
  type Services = Record<"services", { updated_at: string | null }[]>;
  return (await call<Services>("GET", list, `/os-services?host=${host}&binary=${binary}`)).services[0]?.updated_at;
}

/** A heartbeat counts for as long as Neutron believes in it, and only if it came from the present process. */
function isFresh(name: string, heartbeat?: string | null): boolean {
  if (!heartbeat) return false;
  const time = Date.parse(`${heartbeat.replace(" ", "T").slice(0, 19)}Z`) + 999;
  return time > fs.statSync(path.join(runDir, `${name}.pid`)).mtimeMs && time > Date.now() - 75_000;
}

function connects(port: number, address = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, address);
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(2000, () => end(false));
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}

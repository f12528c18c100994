import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { runDir, stateDir } from "../paths";
import { pidOf, start } from "../shell";
import { call } from "./api";
import { etc, host } from "./configs";

/** How one sees that a service works: a TCP port, an HTTP answer, or a fresh heartbeat in Neutron's or Nova's list. */
type Probe = { port: number } | { http: number } | { neutronAgent: string } | { novaService: string };

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

const wsgi = (port: number, file: string) => [
  ..."uwsgi --plugins python3 --master --lazy-apps --enable-threads --die-on-term --buffer-size 65535".split(" "),
  ..."--processes 1 --threads 8 --thunder-lock --disable-logging".split(" "),
  // Without "close", clients see resets on connections that they want to use again.
  ...["--add-header", "Connection: close", "--http-socket", `127.0.0.1:${port}`, "--wsgi-file", file],
];
const configured = (program: string, ...files: string[]) => [
  program,
  ...files.flatMap((f) => ["--config-file", etc(f)]),
];
const neutron = (program: string, ...more: string[]) => configured(program, "neutron.conf", "ml2.conf", ...more);

/** What the others cannot start without. */
export const basis: Record<string, Service> = {
  mariadb: {
    // The data is thrown away with the lab, so nothing is synced to disk.
    command: [
      ...["mariadbd", "--no-defaults", "--user=root", `--datadir=${stateDir}/db`, `--socket=${stateDir}/db.sock`],
      ...["--bind-address=127.0.0.1", "--port=3306", "--max-connections=500", "--skip-name-resolve"],
      ...[
        "--innodb-flush-log-at-trx-commit=0",
        "--sync-binlog=0",
        "--innodb-doublewrite=0",
        "--innodb-flush-method=nosync",
      ],
      ...["--innodb-buffer-pool-size=256M", "--performance-schema=off"],
    ],
    probe: { port: 3306 },
  },
  memcached: {
    command: ["memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", "11211", "-m", "64"],
    probe: { port: 11211 },
  },
  epmd: { command: ["epmd"], env: erlang, probe: { port: 14369 } },
  rabbitmq: { command: ["/usr/lib/rabbitmq/bin/rabbitmq-server"], env: erlang, probe: { port: 5672 } },
};

/** Servers and schedulers. nova-compute and libvirt belong to lab/guest. */
export const apis: Record<string, Service> = {
  keystone: {
    command: wsgi(5000, "/usr/bin/keystone-wsgi-public"),
    env: { OS_KEYSTONE_CONFIG_DIR: path.dirname(etc("x")), OS_KEYSTONE_CONFIG_FILES: "keystone.conf" },
    probe: { http: 5000 },
  },
  placement: {
    command: wsgi(8778, "/usr/bin/placement-api"),
    env: { OS_PLACEMENT_CONFIG_DIR: path.dirname(etc("x")) },
    probe: { http: 8778 },
  },
  "neutron-server": { command: neutron("neutron-server"), probe: { http: 9696 } },
  "nova-api": { command: configured("nova-api", "nova.conf"), probe: { http: 8774 } },
  glance: { command: configured("glance-api", "glance.conf"), probe: { http: 9292 } },
  "nova-conductor": { command: configured("nova-conductor", "nova.conf"), probe: { novaService: "nova-conductor" } },
  "nova-scheduler": { command: configured("nova-scheduler", "nova.conf"), probe: { novaService: "nova-scheduler" } },
};

/** Neutron's agents, which ask its server for their work when they start. */
export const agents: Record<string, Service> = {
  "neutron-linuxbridge": {
    command: neutron("neutron-linuxbridge-agent"),
    probe: { neutronAgent: "neutron-linuxbridge-agent" },
  },
  "neutron-dhcp": {
    command: neutron("neutron-dhcp-agent", "dhcp.conf"),
    probe: { neutronAgent: "neutron-dhcp-agent" },
  },
  "neutron-l3": { command: neutron("neutron-l3-agent", "l3.conf"), probe: { neutronAgent: "neutron-l3-agent" } },
  "neutron-metadata": {
    command: neutron("neutron-metadata-agent", "metadata.conf"),
    probe: { neutronAgent: "neutron-metadata-agent" },
  },
};

export const services: Record<string, Service> = { ...basis, ...apis, ...agents };

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

/** Whether a service does its work now. */
export async function answers(name: string): Promise<boolean> {
  const probe = services[name]!.probe;
  try {
    if ("port" in probe) return await connects(probe.port);
    if ("http" in probe) {
      const response = await fetch(`http://127.0.0.1:${probe.http}/`, { signal: AbortSignal.timeout(3000) });
      return response.status < 500;
    }
    if ("neutronAgent" in probe) {
      const query = `/agents?host=${host}&binary=${probe.neutronAgent}`;
      const { agents } = await call<{ agents: { alive: boolean; heartbeat_timestamp: string }[] }>(
        "GET",
        "network",
        query,
      );
      return agents.some((agent) => agent.alive && isFresh(name, agent.heartbeat_timestamp));
    }
    const query = `/os-services?binary=${probe.novaService}`;
    const list = await call<{ services: { state: string; updated_at: string | null }[] }>("GET", "compute", query);
    return list.services.some((service) => service.state === "up" && isFresh(name, service.updated_at));
  } catch {
    return false;
  }
}

/** Servers believe in an agent for a minute after its end: the heartbeat counts only if it came from the present process. */
function isFresh(name: string, heartbeat: string | null): boolean {
  if (!pidOf(name) || !heartbeat) return false;
  const since = fs.statSync(path.join(runDir, `${name}.pid`)).mtimeMs;
  return Date.parse(`${heartbeat.replace(" ", "T").slice(0, 19)}Z`) + 1000 > since;
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(2000, () => end(false));
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}

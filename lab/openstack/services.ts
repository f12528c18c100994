import * as path from "node:path";
import { etcDir, logDir, stateDir } from "../paths";
import { etc, publicNetwork } from "./configs";
import { venv } from "./environment";
import { balancers } from "./octaviaServices";
import { ovnDir, switching } from "./ovnServices";
import { api, program, Service, words } from "./service";
import { objectStore } from "./swiftServices";

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

/** What the others cannot start without. */
const basis: Record<string, Service> = {
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
  // For Nova alone: it has no lighter way between its processes.
  rabbitmq: { command: ["/usr/lib/rabbitmq/bin/rabbitmq-server"], env: erlang, probe: { port: 5672 } },
};

/** The one name of the world outside that the lab's name server knows. */
export const outsideName = "outside.lab.example";

/**
 * A name server out there, which OVN's DHCP hands out (ml2.conf): it knows one name and says of all others, as real ones do of most,
 * that they do not exist.
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
  keystone: api(5000, "keystone.wsgi.api", {
    OS_KEYSTONE_CONFIG_DIR: etcDir,
    OS_KEYSTONE_CONFIG_FILES: "keystone.conf",
  }),
  placement: api(8778, "placement.wsgi.api", { OS_PLACEMENT_CONFIG_DIR: etcDir }),
  "neutron-api": api(9696, "neutron.wsgi.api", {
    OS_NEUTRON_CONFIG_DIR: etcDir,
    OS_NEUTRON_CONFIG_FILES: "neutron.conf;ml2.conf",
  }),
  // Nova finds api-paste.ini and nova.conf in that folder by their names.
  "nova-api": api(8774, "nova.wsgi.osapi_compute", { OS_NOVA_CONFIG_DIR: etcDir }),
  "nova-metadata": api(8775, "nova.wsgi.metadata", { OS_NOVA_CONFIG_DIR: etcDir }),
  // Glance finds glance-api.conf there.
  glance: api(9292, "glance.wsgi.api", { OS_GLANCE_CONFIG_DIR: etcDir }),
  "nova-conductor": { command: program("nova-conductor", "nova.conf"), probe: "heartbeat" },
  "nova-scheduler": { command: program("nova-scheduler", "nova.conf"), probe: "heartbeat" },
  // Keeps what Neutron has written and what OVN holds the same; it talks to nobody.
  "neutron-ovn-maintenance": {
    command: program("neutron-ovn-maintenance-worker", "neutron.conf", "ml2.conf"),
    probe: "process",
  },
};

/** Metadata: a haproxy in a namespace for each network hands questions on to the agent's socket. */
export const agents: Record<string, Service> = {
  "neutron-ovn-agent": {
    command: program("neutron-ovn-agent", "ovn-agent.conf"),
    probe: { socket: path.join(stateDir, "neutron/metadata_proxy") },
  },
};

/** All of them, in the order of their start. */
export const services: Record<string, Service> = {
  ...basis,
  ...switching,
  ...nameServer,
  ...objectStore,
  ...apis,
  ...agents,
  ...balancers,
};

/**
 * The environment of everything that the lab runs: nothing of the caller's, OpenStack's programs first in PATH, and a mark by which `down`
 * finds every descendant, however it was forked.
 */
export const serviceEnv: Record<string, string> = {
  PATH: `${venv}/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  HOME: stateDir,
  TMPDIR: path.join(stateDir, "tmp"),
  LANG: "C.UTF-8",
  // The lab's Open vSwitch and OVN, not the machine's own; libvirt's calls of ovs-vsctl inherit it.
  OVS_RUNDIR: ovnDir,
  OVN_RUNDIR: ovnDir,
  OVS_LOGDIR: logDir,
  OVN_LOGDIR: logDir,
  HOSTROUTE_LAB: stateDir,
  // Services that set their process title (setproctitle) would write it over their environment, and the mark with it.
  SPT_NOENV: "1",
};

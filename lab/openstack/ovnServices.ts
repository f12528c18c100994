import * as path from "node:path";
import { stateDir } from "../paths";
import type { Service } from "./service";
import { vswitchd, vswitchSchema } from "./vswitchd";

/** Databases and sockets of Open vSwitch and OVN. */
export const ovnDir = path.join(stateDir, "ovn");
export const inOvn = (name: string) => path.join(ovnDir, name);

/** One server for each database: in one for both of OVN's, Neutron's workers take the one schema for the other and never start. */
export const databases = {
  nb: { socket: "ovnnb_db.sock", port: 6641, schema: "/usr/share/ovn/ovn-nb.ovsschema" },
  sb: { socket: "ovnsb_db.sock", port: 6642, schema: "/usr/share/ovn/ovn-sb.ovsschema" },
  vswitch: { socket: "db.sock", port: 6640, schema: vswitchSchema },
} as const;

function database(name: keyof typeof databases): Service {
  const { socket, port } = databases[name];
  const remotes = [`punix:${inOvn(socket)}`, `ptcp:${port}:127.0.0.1`].map((remote) => `--remote=${remote}`);
  const command = ["ovsdb-server", "--no-chdir", `--unixctl=${inOvn(`${name}.ctl`)}`, ...remotes, inOvn(`${name}.db`)];
  return { command, probe: { port } };
}

const own = (name: string) => [`--unixctl=${inOvn(`${name}.ctl`)}`];

export const ovsdb: Record<string, Service> = {
  "ovn-nb": database("nb"),
  "ovn-sb": database("sb"),
  ovsdb: database("vswitch"),
};

export const daemons: Record<string, Service> = {
  "ovn-northd": {
    command: [
      ...["ovn-northd", "--no-chdir", ...own("northd")],
      ...[`--ovnnb-db=unix:${inOvn(databases.nb.socket)}`, `--ovnsb-db=unix:${inOvn(databases.sb.socket)}`],
    ],
    probe: { socket: inOvn("northd.ctl") },
  },
  "ovs-vswitchd": {
    command: [...vswitchd, "--no-chdir", ...own("vswitchd"), `unix:${inOvn(databases.vswitch.socket)}`],
    probe: { socket: inOvn("vswitchd.ctl") },
  },
  "ovn-controller": {
    command: ["ovn-controller", "--no-chdir", `unix:${inOvn(databases.vswitch.socket)}`],
    // It takes no --unixctl.
    probe: { socket: (pid) => inOvn(`ovn-controller.${pid}.ctl`) },
  },
};

/** Open vSwitch with the userspace datapath, which needs no kernel module, and OVN. */
export const switching: Record<string, Service> = { ...ovsdb, ...daemons };

import * as fs from "node:fs";
import * as path from "node:path";
import { once } from "../build/cache";
import { debianArchive } from "../build/debian";
import { longStep } from "../longStep";
import { cacheDir } from "../paths";
import { run } from "../shell";

/**
 * Debian 13's vswitchd with the libraries that it was linked with, pinned to the upstream series. That of Debian 12, 3.1, aborts about once an
 * hour of checks, when a guest that vanished had connections through NAT ("conn->conn_type == CT_CONN_TYPE_DEFAULT failed in
 * conn_update_state()"): an assertion that 3.5 has no more.
 */
const packages: Record<string, string> = {
  "openvswitch-switch": "3.5.*",
  "openvswitch-common": "3.5.*",
  libatomic1: "14.*",
  libbpf1: "1:1.5.*",
  libc6: "2.41-*",
  "libcap-ng0": "0.8.*",
  libelf1t64: "0.192-*",
  "libevent-2.1-7t64": "2.1.*",
  libgmp10: "2:6.3.*",
  libhogweed6t64: "3.10.*",
  libnettle8t64: "3.10.*",
  "libnghttp2-14": "1.64.*",
  libnuma1: "2.0.*",
  libssl3t64: "3.5.*",
  libunbound8: "1.*",
  libxdp1: "1.5.*",
  libzstd1: "1.5.*",
  zlib1g: "1:1.3.*",
};
const SUITE = "trixie";

const folder = path.join(cacheDir, "vswitchd-3.5");
const libraries = path.join(folder, "usr/lib/x86_64-linux-gnu");

/** How to start it: by the loader of its own C library, which this machine's is too old for. */
export const vswitchd = [
  path.join(libraries, "ld-linux-x86-64.so.2"),
  ...["--library-path", libraries],
  path.join(folder, "usr/lib/openvswitch-switch/ovs-vswitchd"),
];

/** The schema of the database that it works with. */
export const vswitchSchema = path.join(folder, "usr/share/openvswitch/vswitch.ovsschema");

/** Has it in the cache. Nothing of it is installed. */
export async function prepareVswitchd(): Promise<void> {
  await once(folder, (temporary) => longStep("apt downloads Open vSwitch 3.5", () => download(temporary)));
}

/** By an apt with folders of its own, which knows nothing but the one suite: the machine's own must not learn of it. */
async function download(target: string): Promise<void> {
  const apt = path.join(target, "apt");
  for (const name of ["lists/partial", "archives/partial"]) fs.mkdirSync(path.join(apt, name), { recursive: true });
  const sources = path.join(apt, "sources.list");
  fs.writeFileSync(sources, `deb ${await debianArchive()} ${SUITE} main\n`);
  fs.writeFileSync(path.join(apt, "status"), "");
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    "Dir::Etc::SourceParts=/dev/null",
    `Dir::State=${apt}`,
    `Dir::State::status=${path.join(apt, "status")}`,
    `Dir::Cache=${apt}`,
    "APT::Sandbox::User=root",
  ].flatMap((option) => ["-o", option]);
  const get = (...args: string[]) =>
    run("apt-get", ["-q", ...options, ...args], { cwd: apt, log: "apt", timeout: 300_000 });
  await get("update");
  await get("download", ...Object.entries(packages).map(([name, version]) => `${name}=${version}`));
  for (const file of fs.readdirSync(apt).filter((name) => name.endsWith(".deb")))
    await run("dpkg-deb", ["-x", path.join(apt, file), target]);
  fs.rmSync(apt, { recursive: true });
}

import * as fs from "node:fs";
import * as path from "node:path";
import { longStep } from "../longStep";
import { cacheDir } from "../paths";
import { run } from "../shell";

/**
 * What the services need of Debian 12, pinned to the upstream series: security updates may come, another release may not. OpenStack itself
 * comes from PyPI (environment.ts).
 */
export const packages: Record<string, string> = {
  "python3-venv": "3.11.*",
  "mariadb-server-core": "1:10.11.*",
  "mariadb-client": "1:10.11.*",
  "rabbitmq-server": "3.10.*",
  memcached: "1.6.*",
  "uwsgi-core": "2.0.*",
  "uwsgi-plugin-python3": "2.0.*",
  "openvswitch-switch": "3.1.*",
  "ovn-central": "23.03.*",
  "ovn-host": "23.03.*",
  haproxy: "2.6.*",
  "dnsmasq-base": "2.90-*",
  nftables: "1.0.*",
  iptables: "1.8.*",
  iproute2: "6.1.*",
  ethtool: "1:6.1-*",
  openssl: "3.0.*",
  procps: "2:4.0.*",
};

const policy = "/usr/sbin/policy-rc.d";
const policyText = "#!/bin/sh\n# hostroute lab: dpkg must not start services\nexit 101\n";

/** Versions of installed packages; what is not installed is absent. */
async function versions(names: readonly string[]): Promise<Record<string, string>> {
  // dpkg-query exits 1 when it has never heard of a name: that is an answer here.
  const script = `dpkg-query -W -f '\${db:Status-Status} \${Package} \${Version}\\n' "$@" 2>/dev/null || true`;
  const lines = (await run("sh", ["-c", script, "sh", ...names])).split("\n").map((line) => line.split(" "));
  const installed = lines.filter(([state]) => state === "installed");
  return Object.fromEntries(installed.map(([, name, version]) => [name!, version!]));
}

/** Installs what is missing of a table of packages (name to version pattern), without starting anything. */
export async function install(wanted: Record<string, string>): Promise<void> {
  const have = await versions(Object.keys(wanted));
  const missing = Object.entries(wanted).filter(([name]) => !(name in have));
  if (missing.length === 0) return;
  const archives = path.join(cacheDir, "apt");
  fs.mkdirSync(path.join(archives, "partial"), { recursive: true });
  const existing = fs.existsSync(policy);
  if (!existing) fs.writeFileSync(policy, policyText, { mode: 0o755 });
  // A clean environment: PYTHONDONTWRITEBYTECODE would leave every service to compile its modules at each start.
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
  const options = [
    `Dir::Cache::archives=${archives}`,
    "APT::Keep-Downloaded-Packages=true",
    "APT::Sandbox::User=root",
    "DPkg::Lock::Timeout=900",
    "Dpkg::Use-Pty=0",
    "Dpkg::Options::=--force-unsafe-io",
    "Dpkg::Options::=--force-confold",
  ].flatMap((option) => ["-o", option]);
  const apt = (...args: string[]) =>
    run("apt-get", ["-q", "-y", ...options, ...args], { env, log: "apt", timeout: 1_800_000 });
  const installMissing = () =>
    apt("install", "--no-install-recommends", ...missing.map(([name, version]) => `${name}=${version}`));
  try {
    await longStep(`apt installs ${missing.map(([name]) => name).join(" ")}`, () =>
      installMissing().catch(async () => {
        // The lists are missing or older than the mirror, or an earlier apt was killed half-way.
        await run("dpkg", ["--configure", "-a"], { env, log: "apt" }).catch(() => undefined);
        await apt("update");
        await installMissing();
      }),
    );
  } finally {
    removePolicy();
  }
}

/** Removes the lab's policy-rc.d, also that of an `up` that was killed; anybody else's stays. */
export function removePolicy(): void {
  if (fs.existsSync(policy) && fs.readFileSync(policy, "utf8") === policyText) fs.rmSync(policy);
}

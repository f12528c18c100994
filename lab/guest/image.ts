import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { archiveOf, debianSources, RELEASE } from "../build/debian";
import { longStep } from "../longStep";
import { cacheDir } from "../paths";
import { progress, run } from "../shell";

/** What Debian's cloud image has and a node needs, keepalived so that no node downloads it, and tools for the lab's checks. Kubernetes and containerd come with the user-data. */
const packages = [
  ..."systemd systemd-sysv dbus udev sudo openssh-server procps kmod".split(" "),
  // Without python3-cffi-backend by name cloud-init is left unconfigured.
  ..."cloud-init python3-cffi-backend ca-certificates curl".split(" "),
  ..."ifupdown isc-dhcp-client iproute2 iputils-ping netbase iptables nftables conntrack ipset ethtool socat".split(
    " ",
  ),
  ..."keepalived iperf3 tcpdump".split(" "),
];

const script = path.join(__dirname, "build-image.sh");

/** The guest image and the digest of everything that decides its content. Built once for each digest. */
export interface GuestImage {
  file: string;
  digest: string;
}

/** Builds the guest image unless the cache has it. Takes one to two minutes; needs nothing of OpenStack. */
export async function buildImage(): Promise<GuestImage> {
  const hash = createHash("sha256").update(JSON.stringify([RELEASE, packages]));
  for (const file of [script, path.join(__dirname, "guest-init")]) hash.update(fs.readFileSync(file));
  const digest = hash.digest("hex");
  const file = path.join(cacheDir, `guest-${digest}.img`);
  if (fs.existsSync(file)) return { file, digest };

  fs.mkdirSync(cacheDir, { recursive: true });
  const sources = await debianSources();
  const mirror = archiveOf(sources);
  const own = ["unshare", "--mount", "--pid", "--fork", "--kill-child"];
  const build = [script, path.join(cacheDir, "guest-build"), path.join(cacheDir, "guest-debs"), RELEASE, mirror, file];
  await longStep("the guest image is built", () =>
    run("flock", [path.join(cacheDir, "guest.lock"), ...own, ...build, ...packages], {
      input: sources,
      timeout: 1_800_000,
      log: "guest-image",
    }),
  );
  progress(`guest image: ${(fs.statSync(file).blocks / 2048).toFixed(0)} MiB`);
  return { file, digest };
}

import { inGuest } from "../../lab/guest";

/** What ifupdown starts on Debian's image; see `ps` on a node. Its pid and leases are in these files. */
const PID = "/run/dhclient.eth0.pid";

const shell = (server: string, script: string) => inGuest(server, ["sh", "-c", script], { timeout: 60_000 });

/** All leases that a server's dhclient has written. */
export const leasesOf = (server: string) => shell(server, "cat /var/lib/dhcp/*.leases");

/**
 * Has dhclient ask for its address at once, as it does at a boot: one that was killed has released nothing, and address and routes stay in
 * the kernel meanwhile.
 */
export async function askAgain(server: string): Promise<void> {
  await shell(server, `command=$(tr '\\0' ' ' </proc/$(cat ${PID})/cmdline); kill -9 $(cat ${PID}); $command 2>&1`);
}

/**
 * Has a server forget its lease and its address, and ask for others as a new one does, for ten seconds. Not for one that is needed.
 * @returns the lease, as dhclient writes it; undefined where no server offered any
 */
export async function newLease(server: string): Promise<string | undefined> {
  const script = `pkill -9 dhclient; ip address flush dev eth0; rm -f /run/new.leases
(cat /etc/dhcp/dhclient.conf; echo 'timeout 10;') >/run/new.conf
if said=$(dhclient -4 -v -1 -cf /run/new.conf -pf /run/new.pid -lf /run/new.leases eth0 2>&1); then cat /run/new.leases
else case $said in *"No DHCPOFFERS received"*) ;; *) echo "$said" >&2; exit 1; esac; fi`;
  return (await shell(server, script)) || undefined;
}

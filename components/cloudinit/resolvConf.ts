import { LIB, script } from "./common";
import { NodeFile } from "./document";
import { watchedUnits } from "./units";

/** What kubelet hands on to pods that ask whom the node asks: `dnsPolicy: Default`, so CoreDNS. */
export const RESOLV_CONF = "/etc/hostroute/resolv.conf";

/** systemd-resolved's real name servers, where it runs; else the node's own file. */
const SOURCES = ["/run/systemd/resolve/resolv.conf", "/etc/resolv.conf"];

const NAME = "hostroute-resolv-conf";
/** Writes the file at boot; kubelet needs it. */
export const RESOLV_CONF_SERVICE = `${NAME}.service`;
/** Writes it again whenever the node's own name servers change, for the list of units to enable. */
export const RESOLV_CONF_PATH = `${NAME}.path`;

/** The node's name servers for pods, as they are now. kubelet reads the file for every new pod. */
export function resolvConfFiles(): NodeFile[] {
  return [
    script("resolv-conf.sh"),
    ...watchedUnits({
      name: NAME,
      description: "Name servers of this node, for its pods",
      command: [`${LIB}/resolv-conf.sh`, RESOLV_CONF, ...SOURCES].join(" "),
      paths: SOURCES,
    }),
  ];
}

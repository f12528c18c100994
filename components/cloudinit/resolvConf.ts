import { LIB, NodeContent, script } from "./document";
import { watchedUnits } from "./units";

/** What kubelet hands on to pods that ask whom the node asks: `dnsPolicy: Default`, so CoreDNS. */
export const RESOLV_CONF = "/etc/hostroute/resolv.conf";

/** systemd-resolved's real name servers, where it runs; else the node's own file. */
const SOURCES = ["/run/systemd/resolve/resolv.conf", "/etc/resolv.conf"];

const NAME = "hostroute-resolv-conf";
/** Writes the file at boot; kubelet needs it. */
export const RESOLV_CONF_SERVICE = `${NAME}.service`;

/** The node's name servers for pods, written again whenever the node's own change. kubelet reads the file for every new pod. */
export function resolvConfFiles(): NodeContent[] {
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

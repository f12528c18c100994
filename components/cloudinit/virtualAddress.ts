import { addressesOf } from "../addressing/ipv4";
import { PACKAGES } from "./common";
import { LIB, NodeContent, script } from "./document";
import { oneshotUnit, serviceUnit } from "./units";

export interface VirtualAddress {
  address: string;
  /** Where control-plane nodes stand, now or later, as CIDRs: whoever is there may hold it. */
  members: readonly string[];
}

/** The unit that sees to the package. */
const PACKAGE = "hostroute-keepalived.service";
const CONFIGURATION = "/etc/hostroute/keepalived.conf";

/** What keeps the API's address at one of the control-plane nodes, at one whose API server is ready if there is any. */
export function virtualAddressFiles(hostIp: string, virtual: VirtualAddress): NodeContent[] {
  return [
    script("keepalived-package.sh"),
    oneshotUnit({
      name: PACKAGE.replace(".service", ""),
      description: "keepalived, where the image lacks it",
      needs: [PACKAGES],
      command: `${LIB}/keepalived-package.sh`,
    }),
    script("api-ready.py"),
    script("keepalived.sh"),
    { path: CONFIGURATION, content: keepalivedConf(hostIp, virtual) },
    serviceUnit({
      name: "keepalived-api",
      description: "The API's address, held by one of the control-plane nodes",
      // After the API server, so that it ends before it: the address goes while whoever has a connection is still answered.
      needs: [PACKAGE, "kube-apiserver.service"],
      command: [`${LIB}/keepalived.sh`, hostIp, CONFIGURATION],
      settings: [
        "RuntimeDirectory=keepalived-api",
        // Addresses and raw packets; the check's user, and the right to end a check of that user's.
        "CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW CAP_SETUID CAP_SETGID CAP_KILL",
        "NoNewPrivileges=yes",
        "ProtectSystem=full",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "ProtectKernelModules=yes",
        "ProtectControlGroups=yes",
        "RestrictSUIDSGID=yes",
      ],
    }),
  ];
}

/** Above that of a node whose server is not ready, by more than `NOT_READY`; the nearer to 255, the sooner a backup takes over (RFC 5798, 6.1). */
const PRIORITY = 250;
const NOT_READY = -100;

/**
 * All have the same priority: whoever holds the address keeps it until it fails, and nothing moves when a node comes back
 * (docs/decisions/0039-the-api-endpoint.md). Peers are all nodes that there may ever be, so that one more or less changes no other's
 * user-data; an advertisement to nobody is lost.
 */
function keepalivedConf(hostIp: string, { address, members }: VirtualAddress): string {
  const peers = members.flatMap(addressesOf).filter((peer) => peer !== hostIp);
  return `global_defs {
  enable_script_security
  script_user nobody
  # Who has the address is said again: after a second for whoever missed it, and every ten for whatever learned something else.
  vrrp_garp_master_delay 1
  vrrp_garp_master_refresh 10
  # Two that both held it: the one that gives it up says so, and the other one then repeats that it has it.
  vrrp_higher_prio_send_advert true
}
vrrp_script api_ready {
  script "${LIB}/api-ready.py"
  interval 1
  timeout 2
  fall 2
  rise 2
  weight ${NOT_READY}
  init_fail
}
vrrp_instance api {
  state BACKUP
  interface @DEVICE@
  virtual_router_id 64
  priority ${PRIORITY}
  advert_int 1
  unicast_src_ip ${hostIp}
  unicast_peer {
${peers.map((peer) => `    ${peer}\n`).join("")}  }
  virtual_ipaddress {
    ${address}/32 dev @DEVICE@
  }
  track_script {
    api_ready
  }
}
`;
}

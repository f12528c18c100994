import { ENCRYPTION_CONFIG, pki } from "../kubernetes/flags/paths";
import { ComponentName } from "../kubernetes/flags/types";
import { NodeContent } from "./document";
import { oneshotUnit } from "./units";

/** The unit after which the control plane's users exist and can read their keys. */
export const ACCOUNTS = "hostroute-accounts.service";

/** The programs that run as system users of their own, named like them. */
type Account = Extract<ComponentName, "etcd" | `kube-${"apiserver" | "controller-manager" | "scheduler"}`>;

/** Who reads which secret: nobody but this user, and root. */
const SECRETS: Record<Account, readonly string[]> = {
  etcd: [pki("etcd.key")],
  "kube-apiserver": [
    ...["apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-client"].map((name) =>
      pki(`${name}.key`),
    ),
    ENCRYPTION_CONFIG,
  ],
  "kube-controller-manager": [pki("controller-manager.key")],
  "kube-scheduler": [pki("scheduler.key")],
};

/** The one key that two read: the API server signs tokens with it, the controller manager those in Secrets. */
const SHARED = `z ${pki("service-account.key")} 0440 kube-apiserver kube-controller-manager`;

/** Both tools look for it in their own folder. */
const CONF = "hostroute.conf";
const accounts = Object.entries(SECRETS);
const lines = (all: readonly string[]) => all.map((line) => `${line}\n`).join("");

/**
 * Users for the control plane's programs, and the owners of their keys. cloud-init writes keys before there is any such user, so for root
 * alone; the unit then gives them away, at every boot and with the same outcome. Not left to systemd's own units for both formats: those
 * have run by then.
 */
export function accountFiles(): NodeContent[] {
  return [
    { path: `/etc/sysusers.d/${CONF}`, content: lines(accounts.map(([user]) => `u ${user} -`)) },
    {
      path: `/etc/tmpfiles.d/${CONF}`,
      content: lines([
        ...accounts.flatMap(([user, files]) => files.map((file) => `z ${file} 0400 ${user} ${user}`)),
        SHARED,
      ]),
    },
    oneshotUnit({
      name: ACCOUNTS.replace(".service", ""),
      description: "System users of the control plane, and who reads which key",
      command: `/usr/bin/systemd-sysusers ${CONF}`,
      settings: [`ExecStart=/usr/bin/systemd-tmpfiles --create ${CONF}`],
    }),
  ];
}

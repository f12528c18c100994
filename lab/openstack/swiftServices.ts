import { etc, publicNetwork } from "./configs";
import type { Service } from "./service";

/** Servers of what Swift keeps, each with its port. Nobody but the proxy speaks to them. */
export const storagePorts = { account: 6202, container: 6201, object: 6200 };
/** Where guests and this machine alike reach the object store. */
export const storeAt = { address: publicNetwork.gateway, port: 8888 };
/** A project's account, for the catalog: Keystone puts in the project of who asks. */
export const accountUrl = `http://${storeAt.address}:${storeAt.port}/v1/AUTH_%(project_id)s`;

function server(kind: string, port: number, address?: string): Service {
  const command = [`swift-${kind}-server`, etc(`swift-${kind}.conf`), "--verbose"]; // else it logs to the machine's syslog alone
  return { command, probe: { http: port, address } };
}

/** Swift with one server of each kind and one device. */
export const objectStore: Record<string, Service> = {
  ...Object.fromEntries(Object.entries(storagePorts).map(([kind, port]) => [`swift-${kind}`, server(kind, port)])),
  "swift-proxy": server("proxy", storeAt.port, storeAt.address),
};

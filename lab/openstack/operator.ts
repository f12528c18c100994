import { Netmask } from "netmask";
import { run } from "../shell";
import { publicBridge, publicNetwork } from "./configs";

/**
 * From where on the external network an operator works whose stack lets these ranges in at its API: the machine's own address where they
 * hold it, else the first one that they do.
 */
export function operatorAddress(api: readonly string[]): string {
  const ranges = api.map((cidr) => new Netmask(cidr));
  const admitted = ranges.length === 0 || ranges.some((range) => range.contains(publicNetwork.gateway));
  return admitted ? publicNetwork.gateway : ranges[0]!.first;
}

/** An address for this machine on the external network, beside its own. Routers send to it what is for nobody they know. */
export const takeAddress = (address: string) => run("ip", ["address", "replace", `${address}/32`, "dev", publicBridge]);
export const dropAddress = (address: string) => run("ip", ["address", "delete", `${address}/32`, "dev", publicBridge]);

/** From now on this machine speaks to floating IPs from that address. */
export async function operateFrom(address: string): Promise<void> {
  if (address !== publicNetwork.gateway) await takeAddress(address);
  const route = [publicNetwork.cidr, "dev", publicBridge, "proto", "kernel", "scope", "link"];
  await run("ip", ["route", "replace", ...route, "src", address]);
}

import { addresses } from "./checks/addresses";
import { machines } from "./checks/machines";
import { network } from "./checks/network";
import { places } from "./checks/places";
import { quotas } from "./checks/quotas";
import { router } from "./checks/router";
import { routes } from "./checks/routes";
import { subnet } from "./checks/subnet";
import { Facts } from "./facts";
import { Finding } from "./finding";
import { Needs } from "./needs";

const CHECKS = [machines, places, network, subnet, addresses, routes, router, quotas];

/**
 * Everything that speaks against a plan on this cloud, in the order in which it is told; warnings are last.
 * What is said alike of several roles is said of each: the keys differ.
 */
export function judge(needs: Needs, facts: Facts): Finding[] {
  const found = CHECKS.flatMap((check) => check(needs, facts));
  return [...found.filter(({ warning }) => !warning), ...found.filter(({ warning }) => warning)];
}

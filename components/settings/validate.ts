import { accessChecks } from "./checks/access";
import { addressChecks } from "./checks/addresses";
import { Check } from "./checks/check";
import { endpointChecks } from "./checks/endpoint";
import { fileChecks } from "./checks/files";
import { hostChecks } from "./checks/hosts";
import { poolChecks } from "./checks/pools";
import { rangeChecks } from "./checks/ranges";
import { referenceChecks } from "./checks/references";
import { reservedChecks } from "./checks/reserved";
import { rotationChecks } from "./checks/rotation";
import { routeChecks } from "./checks/routes";
import { securityGroupChecks } from "./checks/securityGroups";
import { serverGroupChecks } from "./checks/serverGroups";
import { snapshotChecks } from "./checks/snapshots";
import { ExistingSubnet, leftOut, withSubnet } from "./existingSubnet";
import { parseSettings } from "./parse";
import { Problem } from "./problem";
import { Settings } from "./schema";
import { valuesOf } from "./values";

/** Every rule between keys, in the order in which problems are told. */
const CHECKS: readonly Check[] = [
  ...rangeChecks,
  ...reservedChecks,
  ...accessChecks,
  ...hostChecks,
  ...endpointChecks,
  ...poolChecks,
  ...serverGroupChecks,
  ...securityGroupChecks,
  ...fileChecks,
  ...addressChecks,
  ...routeChecks,
  ...referenceChecks,
  ...snapshotChecks,
  ...rotationChecks,
];

/**
 * Reads a raw configuration whole: first its form, key by key; then each rule between keys, by the values that parsed. A
 * malformed key silences the rules that need it, and no others.
 * @param existing what is known of the existing subnet, where that has to be read; or what is wrong with it, which silences the rules that need its range
 * @returns every problem, and the settings where none is of form. They can be deployed when there is no problem at all.
 */
export function validate(
  raw: Record<string, unknown>,
  existing?: ExistingSubnet | Problem,
): { settings?: Settings; problems: Problem[] } {
  const subnet = existing && !("problem" in existing) ? existing : undefined;
  const wrong = existing && "problem" in existing ? [existing] : [];
  const { kept, settings, problems } = parseSettings(subnet ? withSubnet(raw, subnet) : raw);
  // The default is that of a new subnet.
  if (leftOut(raw).includes("cidr") && (wrong.length > 0 || kept.network?.subnetId === undefined))
    delete kept.network?.cidr;
  const values = valuesOf(kept, subnet?.allocationPools);
  const read = subnet?.leftOut.map((key) => `network.${key}`) ?? [];
  const found = [...problems, ...CHECKS.flatMap((check) => check(values))].map((problem) =>
    read.includes(problem.key)
      ? { ...problem, remedy: "The existing subnet has it so: choose another one, hostroute:network.subnetId." }
      : problem,
  );
  const all = [...wrong, ...found];
  return settings ? { settings, problems: all } : { problems: all };
}

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
 * @returns every problem, and the settings where none is of form. They can be deployed when there is no problem at all.
 */
export function validate(raw: Record<string, unknown>): { settings?: Settings; problems: Problem[] } {
  const { kept, settings, problems } = parseSettings(raw);
  const values = valuesOf(kept);
  const found = [...problems, ...CHECKS.flatMap((check) => check(values))];
  return settings ? { settings, problems: found } : { problems: found };
}

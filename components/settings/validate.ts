import { parseCidr } from "../addressing/ipv4";
import { addressAt, offsetIn } from "../addressing/ipv4";
import { indexesOf } from "../addressing/routePlan";
import { addressProblems, poolProblems } from "./checks/pools";
import { clusterDnsProblems, nodeMaskProblems, nodePortProblems, overlapProblems } from "./checks/ranges";
import { artifactProblems, certificateProblems, existingNetworkProblems, versionProblems } from "./checks/references";
import { routeProblems } from "./checks/routes";
import { parseSettings } from "./parse";
import { Problem } from "./problem";
import { layoutOf } from "./resolve";
import { Settings } from "./schema";

/** Everything wrong in a configuration of valid form. Empty: it can be deployed. */
export function checkSettings(settings: Settings): Problem[] {
  return [
    ...overlapProblems(settings),
    ...nodeMaskProblems(settings),
    ...clusterDnsProblems(settings),
    ...poolProblems(settings),
    ...subnetProblems(settings),
    ...routeProblems(settings),
    ...existingNetworkProblems(settings),
    ...versionProblems(settings),
    ...artifactProblems(settings),
    ...certificateProblems(settings),
  ];
}

function subnetProblems(settings: Settings): Problem[] {
  const { cidr } = settings.network;
  const subnet = parseCidr(cidr);
  if (subnet.bitmask > 28) {
    const remedy = "Choose a /28 or wider: gateway, control plane, workers and Neutron's own pool must fit.";
    return [{ key: "network.cidr", value: cidr, problem: "is too small for a node subnet", remedy }];
  }
  const layout = layoutOf(settings);
  const first = offsetIn(subnet, layout.firstWorker);
  const offsets = settings.workerPools.flatMap((pool) =>
    indexesOf(pool).map((index) => first + pool.firstSlot + index),
  );
  const addresses = offsets.filter((n) => n >= 0 && n < subnet.size).map((n) => addressAt(subnet, n));
  return [...addressProblems(settings, layout), ...nodePortProblems(settings, addresses)];
}

/**
 * Reads a raw configuration whole. Problems of form do not hide the others: what is malformed is left at its default for
 * the checks, and what they say of it is dropped.
 */
export function validate(raw: Record<string, unknown>): { settings?: Settings; problems: Problem[] } {
  const parsed = parseSettings(raw);
  if (parsed.settings) return { settings: parsed.settings, problems: checkSettings(parsed.settings) };
  const malformed = parsed.problems.map(({ key }) => key.split(/[.[]/)[0]!);
  const rest = parseSettings(Object.fromEntries(Object.entries(raw).filter(([key]) => !malformed.includes(key))));
  const checked = rest.settings ? checkSettings(rest.settings) : [];
  const concerns = ({ key, also = [] }: Problem) => [key, ...also].map((each) => each.split(/[.[]/)[0]!);
  return {
    problems: [
      ...parsed.problems,
      ...checked.filter((problem) => !concerns(problem).some((key) => malformed.includes(key))),
    ],
  };
}

import * as pulumi from "@pulumi/pulumi";
import { planRoutes, RoutePlan } from "./components/addressing/routePlan";
import { userDataProblems } from "./components/cloudinit/size";
import { ConfigurationError } from "./components/settings/problem";
import { settingKeys } from "./components/settings/keys";
import { Settings } from "./components/settings/schema";
import { layoutOf, validate } from "./components/settings/validate";

/** A stack's configuration, whole and valid, with the route plan that follows from it. */
export interface StackConfig {
  settings: Settings;
  plan: RoutePlan;
}

/**
 * Reads the stack's configuration.
 * @throws ConfigurationError with every problem of it, before any resource is registered.
 */
export function loadConfig(): StackConfig {
  const raw = rawConfig();
  const checked = validate(raw);
  if (!checked.settings || checked.problems.length > 0) throw new ConfigurationError(checked.problems);
  const plan = planFor(checked.settings);
  const tooLarge = userDataProblems(checked.settings, plan);
  if (tooLarge.length > 0) throw new ConfigurationError(tooLarge);
  return { settings: checked.settings, plan };
}

/** The route plan of a valid configuration. */
export function planFor(settings: Settings): RoutePlan {
  return planRoutes({
    clusterName: settings.clusterName,
    clusterCidr: settings.clusterCidr,
    nodeMask: settings.nodeMask,
    subnetCidr: settings.network.cidr,
    layout: layoutOf(settings),
    controlPlaneCount: settings.controlPlane.count,
    pools: settings.workerPools,
  });
}

/** Every key of the project's namespace, known or not: a misspelt one has to be seen to be reported. */
function rawConfig(): Record<string, unknown> {
  const namespace = `${pulumi.getProject()}:`;
  const raw: Record<string, unknown> = { clusterName: pulumi.getStack() };
  // All others are numbers, booleans, lists or maps, which Pulumi hands over as JSON.
  const textKeys = settingKeys().flatMap(({ path, type }) => (type === "string" ? path : []));
  for (const [fullKey, text] of Object.entries(pulumi.runtime.allConfig())) {
    if (!fullKey.startsWith(namespace)) continue;
    const key = fullKey.slice(namespace.length);
    if (textKeys.includes(key)) {
      // Empty stands for "not set", and the name's default is not the schema's but the stack's.
      if (text !== "") raw[key] = text;
      continue;
    }
    try {
      raw[key] = JSON.parse(text);
    } catch {
      // Not JSON, so text where a structure belongs (or an unknown key): the schema says so, with the value as it stands.
      raw[key] = text;
    }
  }
  return raw;
}

import * as pulumi from "@pulumi/pulumi";
import { userDataProblems } from "./components/cloudinit/size";
import { settingKeys } from "./components/settings/keys";
import { ConfigurationError } from "./components/settings/problem";
import { ClusterSpec, resolve } from "./components/settings/resolve";
import { validate } from "./components/settings/validate";

/**
 * Reads the stack's configuration.
 * @throws ConfigurationError with every problem of it, before any resource is registered.
 */
export function loadConfig(): ClusterSpec {
  return specFrom(rawConfig(pulumi.runtime.allConfig(), pulumi.getProject(), pulumi.getStack()));
}

/**
 * Everything that a cluster is made from, out of a raw configuration.
 * @throws ConfigurationError with every problem of it
 */
export function specFrom(raw: Record<string, unknown>): ClusterSpec {
  const { settings, problems } = validate(raw);
  if (!settings || problems.length > 0) throw new ConfigurationError(problems);
  const spec = resolve(settings);
  const onNodes = userDataProblems(spec);
  if (onNodes.length > 0) throw new ConfigurationError(onNodes);
  return spec;
}

/**
 * Every key of the project's namespace, known or not, so that misspelt ones can be reported.
 * @param texts a stack's configuration by its whole keys, as Pulumi hands it over
 */
export function rawConfig(texts: Record<string, string>, project: string, stack: string): Record<string, unknown> {
  const namespace = `${project}:`;
  const raw: Record<string, unknown> = { clusterName: stack };
  // All others are numbers, booleans, lists or maps, which Pulumi hands over as JSON.
  const textKeys = settingKeys().flatMap(({ path, type }) => (type === "string" ? path : []));
  for (const [fullKey, text] of Object.entries(texts)) {
    if (!fullKey.startsWith(namespace)) continue;
    const key = fullKey.slice(namespace.length);
    if (textKeys.includes(key)) {
      // Empty means "not set". The default of the name is the stack's name, which the schema does not know.
      if (text !== "") raw[key] = text;
      continue;
    }
    try {
      raw[key] = JSON.parse(text);
    } catch {
      // Not JSON: text where a structure belongs, or an unknown key. The schema reports it with this value.
      raw[key] = text;
    }
  }
  return raw;
}

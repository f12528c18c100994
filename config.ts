import * as pulumi from "@pulumi/pulumi";
import { userDataProblems } from "./components/cloudinit/size";
import { findCredentials } from "./components/openstack/credentials";
import { openSession, Session } from "./components/openstack/session";
import { readSubnet } from "./components/openstack/subnet";
import { existingSubnet, SubnetAnswer, subnetToRead } from "./components/settings/existingSubnet";
import { settingKeys } from "./components/settings/keys";
import { ConfigurationError, Problem } from "./components/settings/problem";
import { ClusterSpec, resolve } from "./components/settings/resolve";
import { validate } from "./components/settings/validate";

/**
 * Reads the stack's configuration, and what that leaves to an existing subnet.
 * @param session where Neutron is asked, if it has to be; default: with the credentials that all is made with
 * @throws ConfigurationError with every problem of it, before any resource is registered.
 */
export async function loadConfig(session: () => Promise<Session> = stackSession): Promise<ClusterSpec> {
  const raw = rawConfig(pulumi.runtime.allConfig(), pulumi.getProject(), pulumi.getStack());
  return specFrom(raw, setAsSecret, await askedSubnet(raw, session));
}

const stackSession = () => openSession(findCredentials((key) => new pulumi.Config("openstack").get(key)));

/** What Neutron says of the existing subnet, if the configuration leaves anything to it; else nobody is asked. */
export async function askedSubnet(
  raw: Record<string, unknown>,
  session: () => Promise<Session>,
): Promise<SubnetAnswer> {
  const id = subnetToRead(raw);
  if (id === undefined) return undefined;
  try {
    return await readSubnet(await session(), id);
  } catch (reason) {
    return (reason as Error).message;
  }
}

/**
 * Everything that a cluster is made from, out of a raw configuration.
 * @param isSecret whether a top-level key was set as a secret; undefined: nobody knows
 * @param answer what Neutron says of an existing subnet, where the configuration does not say all of it
 * @throws ConfigurationError with every problem of it
 */
export function specFrom(
  raw: Record<string, unknown>,
  isSecret?: (key: string) => boolean,
  answer?: SubnetAnswer,
): ClusterSpec {
  const existing = existingSubnet(raw, answer);
  const { settings, problems: found } = validate(raw, existing);
  const problems = isSecret ? [...found.map((each) => withheld(each, isSecret)), ...inClear(raw, isSecret)] : found;
  if (!settings || (existing && "problem" in existing) || problems.length > 0) throw new ConfigurationError(problems);
  const spec = resolve(settings, existing);
  const onNodes = userDataProblems(spec);
  if (onNodes.length > 0) throw new ConfigurationError(onNodes);
  return spec;
}

/** The problem without the value that it is about, where that is a secret: also of a key that is misspelt. */
function withheld(problem: Problem, isSecret: (key: string) => boolean): Problem {
  const { key } = problem;
  return isSecret(key) || isSecret(key.replace(/[.[].*$/, "")) ? { ...problem, value: undefined } : problem;
}

/**
 * What has to be a secret and was not set as one. Pulumi.yaml cannot say so: the engine (3.274) then takes the default, which stands for
 * "not set", for a value in clear, and refuses every stack (pkg/workspace/config.go, validateStackConfigValue).
 */
function inClear(raw: Record<string, unknown>, isSecret: (key: string) => boolean): Problem[] {
  const keys = settingKeys().filter(({ path, secret }) => secret && raw[path] !== undefined && !isSecret(path));
  return keys.map(({ path: key }) => ({
    key,
    value: undefined,
    problem: "is a secret, and stands in clear in the stack's configuration",
    remedy: `Set it again with pulumi config set --secret hostroute:${key}, and let nobody have the file in which it was.`,
  }));
}

/** Whether the operator has set a key as a secret. The SDK knows, and does not say so in its types. */
function setAsSecret(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (fullKey: string) => boolean };
  return isConfigSecret(`${pulumi.getProject()}:${key}`);
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

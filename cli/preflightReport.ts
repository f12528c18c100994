import { demandOf } from "../components/preflight/demand";
import { Facts } from "../components/preflight/facts";
import { Needs } from "../components/preflight/needs";
import { Counted } from "../components/preflight/resources";
import { columns } from "./report";

/** @throws Error with the usage for anything but one stack's name */
export function parseArguments(args: readonly string[]): string {
  const [stack, ...others] = args;
  if (stack === undefined || stack.startsWith("-") || others.length > 0)
    throw new Error("usage: npm run preflight -- STACK     compares Pulumi.STACK.yaml (or STACK_FILE) with the cloud");
  return stack;
}

/** By key; undefined: Pulumi has encrypted it, or a part of it. */
type Texts = Record<string, string | undefined>;

/** A stack file's configuration as Pulumi hands it to a program: what is not text, as JSON. */
export function configTexts(config: Record<string, unknown>): Texts {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, isSecure(value) ? undefined : textOf(value)]),
  );
}

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const isSecure = (value: unknown): boolean =>
  typeof value === "object" && value !== null && ("secure" in value || Object.values(value).some(isSecure));
/** Whether Pulumi counts a key as a secret: nothing may print it then. */
export const isSecret = (texts: Texts, key: string): boolean => key in texts && texts[key] === undefined;

/** The same with what is encrypted read from Pulumi, which is asked only if there is any. @param ask what `pulumi config --json` prints */
export function withSecrets(texts: Texts, ask: () => string): Record<string, string> {
  const read = Object.values(texts).includes(undefined)
    ? (JSON.parse(ask()) as Record<string, { value?: string }>)
    : {};
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) => {
      const value = text ?? read[key]?.value;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** What is still to be made, beside what the project has and may have. */
export function quotaTable(needs: Needs, facts: Facts): string {
  const demand = demandOf(needs, facts);
  const rows = (Object.keys(demand) as Counted[]).flatMap((resource) => {
    const count = demand[resource];
    const quota = facts.quotas[resource];
    if (count === undefined || !quota) return [];
    const limit = quota.limit < 0 ? "no limit" : String(quota.limit);
    return [[LABELS[resource], String(Math.max(0, count)), String(quota.used), limit]];
  });
  return columns([["of", "still to be made", "used", "quota"], ...rows]);
}

const LABELS: Record<Counted, string> = {
  instances: "servers",
  cores: "vCPUs",
  ram: "memory (MB)",
  serverGroups: "server groups",
  keyPairs: "key pairs",
  networks: "networks",
  subnets: "subnets",
  routers: "routers",
  ports: "ports",
  securityGroups: "security groups",
  securityGroupRules: "security group rules",
  floatingIps: "floating IPs",
  loadBalancers: "load balancers",
  listeners: "listeners",
  pools: "pools",
  members: "pool members",
  healthMonitors: "health monitors",
  volumes: "volumes",
  gigabytes: "volumes (GiB)",
};

import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { Running, skewWarning } from "../components/kubernetes/skew";
import { sharedHostWarning } from "../components/machines/hosts/shared";
import { roomWarning } from "../components/network/hostRoutes/room";
import { NeutronRoute } from "../components/network/hostRoutes/table";
import { compareRoutes, formatDifferences, parseObserved } from "../components/objects/routeDifferences";
import { Outputs as StackOutputs } from "../outputs";

const usage = (command: string) => {
  const run = `npm run ${command}`;
  const rest = " ".repeat("usage: ".length);
  return `usage: ${run} [-- STACK]            the stack's outputs, from Pulumi (default: the selected stack)
${rest}${run} -- --outputs FILE     outputs as JSON, as \`pulumi stack output --json --show-secrets\` prints them`;
};

/** What is asked for: a stack by name, the selected one (no name), or outputs in a file. */
export type Subject = { stack?: string } | { file: string };

/** @throws Error with the usage for anything else. */
export function parseArguments(args: readonly string[], command = "verify"): Subject {
  const [first, second, ...rest] = args;
  if (first === "--outputs" && second && rest.length === 0) return { file: second };
  if (first === undefined) return {};
  if (first.startsWith("-") || second !== undefined) throw new Error(usage(command));
  return { stack: first };
}

/** What of a stack's outputs the comparison needs. */
export type Outputs = Pick<
  StackOutputs,
  | "subnetId"
  | "routes"
  | "routeTier"
  | "routerId"
  | "routerRoutes"
  | "kubeconfig"
  | "nodes"
  | "snapshots"
  | "caCertificate"
  | "authorities"
  | "keys"
>;

/** Runs Pulumi's CLI; its standard output. @throws Error when it fails. */
export type Pulumi = (args: string[]) => string;

/** The stack's outputs, and its own settings of the OpenStack provider: both of the same stack, whichever is selected. */
export function readStack(stack: string | undefined, pulumi: Pulumi) {
  const ask = (...args: string[]) =>
    JSON.parse(
      pulumi([...args, "--json", "--show-secrets", ...(stack === undefined ? [] : ["--stack", stack])]),
    ) as unknown;
  const outputs = ask("stack", "output") as Outputs;
  const config = ask("config") as Record<string, { value?: string }>;
  return { outputs, openstackConfig: (key: string) => config[`openstack:${key}`]?.value };
}

/** The same of whatever was asked for. */
export function readSubject(subject: Subject): ReturnType<typeof readStack> {
  if (!("file" in subject))
    return readStack(subject.stack, (args) => execFileSync("pulumi", args, { encoding: "utf8" }));
  // A file says nothing of the provider's settings: the environment has to.
  const outputs = JSON.parse(fs.readFileSync(subject.file, "utf8")) as Outputs;
  return { outputs, openstackConfig: () => undefined };
}

/** The control plane's nodes. */
export const controlPlaneOf = ({ nodes }: Pick<Outputs, "nodes">) =>
  nodes.filter(({ role }) => role === "control-plane");

/** The control plane's servers, by id. */
export const membersOf = (outputs: Pick<Outputs, "nodes">) =>
  controlPlaneOf(outputs).map(({ instanceId }) => instanceId);

/** The router that is to have the plan's routes, too. */
export const routerToAsk = ({ routerRoutes, routerId }: Pick<Outputs, "routerRoutes" | "routerId">) =>
  routerRoutes === true ? routerId : undefined;

/**
 * What to tell the operator when all agree; also when the cluster runs several minor releases, the control plane stands on one host, or
 * the subnet is nearly full, or fuller than DHCP can carry.
 * @param observed what kubectl printed of the nodes
 * @param hosts of `membersOf`, in that order
 * @param running which releases the cluster runs
 * @param onRouter all routes of `routerToAsk`, if there is one
 * @throws Error with a table of what differs
 */
export function compare(
  outputs: Outputs,
  observed: string,
  hostRoutes: readonly NeutronRoute[],
  hosts: readonly (string | undefined)[],
  running: Running,
  onRouter?: readonly NeutronRoute[],
): string {
  const { routes, routeTier } = outputs;
  const differences = compareRoutes(routes, parseObserved(observed), hostRoutes, routeTier, onRouter);
  if (differences.length > 0) throw new Error(formatDifferences(differences));
  const shared = sharedHostWarning(controlPlaneOf(outputs).map(({ name }, i) => ({ name, host: hosts[i] })));
  const skew = skewWarning(running);
  const warnings = [roomWarning(hostRoutes), shared && `${shared}\n`, skew && `${skew}\n`].flatMap((text) =>
    text ? `Warning: ${text}` : [],
  );
  return `${routes.length} routes: plan, Kubernetes and Neutron agree\n${warnings.join("")}`;
}

import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { PlannedRoute } from "../addressing/routePlan";
import { fromGiven } from "../given";
import { Registered } from "../made";
import { HostRoutesReader } from "../network/hostRoutes/reader";
import { NeutronRoute } from "../network/hostRoutes/table";
import { RouterRoutesReader } from "../network/routerRoutes/reader";
import { RouteTier } from "../settings/routeTier";
import { kubectlInterpreter } from "./kubectl";
import { compareRoutes, formatDifferences, ObservedNode, parseObserved } from "./routeDifferences";

export interface RouteVerificationArgs {
  /** A kubeconfig that may list nodes; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The route plan's. */
  routes: readonly PlannedRoute[];
  /** Whether each of them is a host route. */
  tier: RouteTier;
  /** The node subnet; resolves once this update's routes are in it. */
  subnetId: pulumi.Input<string>;
  /** Asked at the update's end, when the nodes are there. */
  readHostRoutes: HostRoutesReader;
  /** The router that is to have the plan's routes, too, once this update's are on it. */
  router?: RouterToAsk | undefined;
  /** What has to exist first: Node objects and workers. */
  after: readonly Registered[];
  /** The workers' server ids: when one changes, its node is waited for again. */
  triggers?: readonly pulumi.Input<string>[] | undefined;
}

export interface RouterToAsk {
  routerId: pulumi.Input<string>;
  read: RouterRoutesReader;
}

/** Kelsey Hightower's command, as the 1.4-era document has it. */
export const OBSERVE = `kubectl get nodes \\
  --output=jsonpath='{range .items[*]}{.status.addresses[?(@.type=="InternalIP")].address} {.spec.podCIDR} {"\\n"}{end}'`;

const ATTEMPTS = 150;
const PAUSE_SECONDS = 2;

/**
 * Runs the command until every planned address is reported, and prints what it printed then.
 * `PLANNED` holds `address name` lines, perhaps none. A kubectl that fails counts as an answer without nodes: the API may be
 * restarting.
 */
export function awaitNodesInterpreter(attempts = ATTEMPTS, pauseSeconds = PAUSE_SECONDS): string[] {
  return kubectlInterpreter(`attempt=1
while :; do
  observed=$(eval "$1") || observed=
  missing=$(echo "$PLANNED" | while read -r address name; do
    [ -z "$address" ] || echo "$observed" | grep -q "^$address " || echo "$name ($address)"
  done)
  [ -n "$missing" ] || break
  if [ "$attempt" -ge ${attempts} ]; then
    echo "hostroute: after ${attempts} attempts, ${pauseSeconds} seconds apart, these nodes have not reported their address:" >&2
    echo "$missing" >&2
    echo "See the servers' console logs, and journalctl -u hostroute-fetch -u kubelet on them. Then run pulumi up again." >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep ${pauseSeconds}
done
echo "$observed"`);
}

/**
 * Verifies the plan: fails the update, with a table, when Kubernetes or Neutron differ from it.
 *
 * It has two parts, needed at different times. *Waiting* for nodes is a resource: it runs when there is a new plan or a new
 * server, shows its progress, and is tried again by the next update when it fails. *Checking* is a function that runs at every
 * update, because others may have changed something. As a resource it would either need a trigger with a fresh value, so that no
 * update was ever free of changes, or show yesterday's answer. Neutron is asked again, too: what was written at the beginning of
 * the update may be gone after minutes of waiting. A preview asks nobody, because the nodes of the plan need not exist yet.
 */
export class RouteVerification extends pulumi.ComponentResource {
  /** Each node's address and podCIDR, as Kubernetes reports them. At a preview: as of the last update. */
  readonly observedRoutes: pulumi.Output<ObservedNode[]>;
  /** Is there when every node of the plan has reported itself. */
  readonly nodes: pulumi.Resource;

  constructor(name: string, args: RouteVerificationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hostroute:kubernetes:RouteVerification", name, {}, opts);
    const stdin = pulumi.secret(args.kubeconfig);
    const nodes = new command.local.Command(
      `${name}-nodes`,
      {
        create: OBSERVE,
        interpreter: awaitNodesInterpreter(),
        stdin,
        environment: { PLANNED: args.routes.map(({ node, nextHop }) => `${nextHop} ${node}`).join("\n") },
        triggers: [...(args.triggers ?? [])],
      },
      { parent: this, dependsOn: [...args.after] },
    );
    this.nodes = nodes;
    // The provider marks everything that comes from a secret input as secret; addresses are not.
    if (pulumi.runtime.isDryRun()) {
      this.observedRoutes = fromGiven(pulumi.unsecret(nodes.stdout), parseObserved, []);
    } else {
      const { stdout } = command.local.runOutput(
        { command: OBSERVE, interpreter: kubectlInterpreter(), stdin, logging: "stderr" },
        { parent: this, dependsOn: [nodes] },
      );
      const answers = fromGiven<[string, string, string], Answers | undefined>(
        pulumi.all([pulumi.unsecret(stdout), args.subnetId, args.router?.routerId ?? ""]),
        async ([text, subnetId, routerId]) => ({
          observed: parseObserved(text),
          neutron: await ask(args, subnetId, routerId),
        }),
      );
      // Waits for Neutron's answer, so that the stack has no outputs before everything has been checked.
      this.observedRoutes = answers.apply((found) => found?.observed ?? []);
      // Separate from the output: a failed output is reported again, with a stack trace, by every resource that exports it.
      answers.apply((found) => {
        if (!found) return;
        if (typeof found.neutron === "string") throw failure(found.neutron);
        const { hostRoutes, onRouter } = found.neutron;
        const warning = checkRoutes(args.routes, found.observed, hostRoutes, args.tier, onRouter);
        if (warning) void pulumi.log.warn(warning, this);
      });
    }
    this.registerOutputs({ observedRoutes: this.observedRoutes });
  }
}

/** What Kubernetes and Neutron say at an update's end; of Neutron perhaps, in words, why there is no telling. */
interface Answers {
  observed: ObservedNode[];
  neutron: Tables | string;
}
interface Tables {
  hostRoutes: NeutronRoute[];
  onRouter?: NeutronRoute[];
}

/** Neutron's tables, or the message that says why they are not known. */
async function ask(
  { readHostRoutes, router }: Pick<RouteVerificationArgs, "readHostRoutes" | "router">,
  subnetId: string,
  routerId: string,
): Promise<Tables | string> {
  let what = `host routes of subnet ${subnetId}`;
  try {
    const hostRoutes = await readHostRoutes(subnetId);
    what = `routes of router ${routerId}`;
    return { hostRoutes, ...(router ? { onRouter: await router.read(routerId) } : {}) };
  } catch (reason) {
    return (
      `The routes were not verified: Neutron could not be asked for the ${what}.\n` +
      `  ${(reason as Error).message}\n` +
      "Once that is fixed, run pulumi up again, or npm run verify.\n"
    );
  }
}

/** An error that ends the update and of which the CLI shows the message only. */
function failure(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  // For a RunError the CLI shows no stack while the program runs, but this one comes later (@pulumi/pulumi cmd/run/index.ts).
  delete error.stack;
  return error;
}

/**
 * Compares, and returns a warning of nodes that are not in the plan, if there are any. They are no failure: the engine deletes last, so a
 * worker that this very update removes still exists, and an update that failed because of it would never delete it.
 * @throws RunError, of which the CLI shows the message only, when a planned node differs
 */
export function checkRoutes(
  routes: readonly PlannedRoute[],
  observed: readonly ObservedNode[],
  hostRoutes: readonly NeutronRoute[],
  tier: RouteTier = "subnet",
  onRouter?: readonly NeutronRoute[],
): string | undefined {
  const differences = compareRoutes(routes, observed, hostRoutes, tier, onRouter);
  if (differences.some(({ planned }) => planned)) {
    throw failure(`The routes differ from the plan:\n\n${formatDifferences(differences)}\n`);
  }
  if (differences.length === 0) return undefined;
  return `Nodes that are not in the plan (this update may still remove them):\n\n${formatDifferences(differences)}\n`;
}

import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { PlannedRoute } from "../addressing/routePlan";
import { fromGiven } from "../given";
import { HostRoutesReader } from "../network/hostRoutes/reader";
import { NeutronRoute } from "../network/hostRoutes/table";
import { kubectlInterpreter } from "./kubectl";
import { compareRoutes, formatDifferences, ObservedNode, parseObserved } from "./routeDifferences";

export interface RouteVerificationArgs {
  /** A kubeconfig that may list nodes; a secret. */
  kubeconfig: pulumi.Input<string>;
  /** The route plan's. */
  routes: readonly PlannedRoute[];
  /** The node subnet, once this update's routes are in it. */
  subnetId: pulumi.Input<string>;
  /** Asked at the update's end, when the nodes are there. */
  readHostRoutes: HostRoutesReader;
  /** What has to be there before: Node objects and workers. */
  after: readonly pulumi.Resource[];
  /** The workers' server ids: when one changes, its node is waited for again. */
  triggers?: readonly pulumi.Input<string>[] | undefined;
}

/** Kelsey Hightower's command, as the seed has it. */
export const OBSERVE = `kubectl get nodes \\
  --output=jsonpath='{range .items[*]}{.status.addresses[?(@.type=="InternalIP")].address} {.spec.podCIDR} {"\\n"}{end}'`;

const ATTEMPTS = 60;
const PAUSE_SECONDS = 5;

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
 * The proof that the plan came true: fails the update, with a table, when Kubernetes or Neutron say something else.
 *
 * In two steps, since they are needed at different times. *Waiting* for nodes is a resource: it runs when there is a new
 * plan or a new server, shows its progress, and when it fails the next update tries again. *Checking* is a function that
 * runs at every update, for what others changed meanwhile, and leaves no trace in the state: as a resource it would need a
 * trigger with a fresh value, so that no update were ever free of changes, or it would show yesterday's answer, and a
 * failure that has long been put right. Neutron is asked again, too: what was written at the update's beginning may be gone
 * after minutes of waiting. At a preview nobody is asked: the nodes of the plan are not there yet.
 */
export class RouteVerification extends pulumi.ComponentResource {
  /** What the seed's command says: each node's address and podCIDR. At a preview: what it said last. */
  readonly observedRoutes: pulumi.Output<ObservedNode[]>;

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
    // The provider counts all that comes from a secret input as secret; addresses are none.
    if (pulumi.runtime.isDryRun()) {
      this.observedRoutes = fromGiven(pulumi.unsecret(nodes.stdout), parseObserved, []);
    } else {
      const { stdout } = command.local.runOutput(
        { command: OBSERVE, interpreter: kubectlInterpreter(), stdin, logging: "stderr" },
        { parent: this, dependsOn: [nodes] },
      );
      const answers = fromGiven<[string, string], Answers | undefined>(
        pulumi.all([pulumi.unsecret(stdout), args.subnetId]),
        async ([text, subnetId]) => ({
          observed: parseObserved(text),
          hostRoutes: await ask(args.readHostRoutes, subnetId),
        }),
      );
      // Waits for Neutron's answer: an update has its outputs only when nothing is left to be asked.
      this.observedRoutes = answers.apply((found) => found?.observed ?? []);
      // Apart from the output: an output that fails is told again, with a stack, by whatever it is an output of.
      answers.apply((found) => {
        if (!found) return;
        if (typeof found.hostRoutes === "string") throw failure(found.hostRoutes);
        const strangers = checkRoutes(args.routes, found.observed, found.hostRoutes);
        if (strangers) void pulumi.log.warn(strangers, this);
      });
    }
    this.registerOutputs({ observedRoutes: this.observedRoutes });
  }
}

/** What Kubernetes and Neutron say at an update's end; of Neutron perhaps, in words, why there is no telling. */
interface Answers {
  observed: ObservedNode[];
  hostRoutes: NeutronRoute[] | string;
}

/** The subnet's host routes; or, in words, why there is no telling. */
async function ask(readHostRoutes: HostRoutesReader, subnetId: string): Promise<NeutronRoute[] | string> {
  try {
    return await readHostRoutes(subnetId);
  } catch (reason) {
    return (
      `The routes are not verified: Neutron could not be asked for the host routes of subnet ${subnetId}.\n` +
      `  ${(reason as Error).message}\n` +
      "When that is put right: pulumi up, or npm run verify.\n"
    );
  }
}

/** What ends an update with its message alone. */
function failure(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  // For a RunError the CLI shows no stack while the program runs, but this one comes later (@pulumi/pulumi cmd/run/index.ts).
  delete error.stack;
  return error;
}

/**
 * Compares, and returns a warning when there are nodes that the plan does not have. Those are no failure: the engine deletes
 * last, so a worker that this very update takes away is still there, and an update that failed over it would never get to
 * its deletion.
 * @throws RunError, of which the CLI shows the message alone, when a planned node differs
 */
export function checkRoutes(
  routes: readonly PlannedRoute[],
  observed: readonly ObservedNode[],
  hostRoutes: readonly NeutronRoute[],
): string | undefined {
  const differences = compareRoutes(routes, observed, hostRoutes);
  if (differences.some(({ planned }) => planned)) {
    throw failure(`The routes are not those of the plan:\n\n${formatDifferences(differences)}\n`);
  }
  if (differences.length === 0) return undefined;
  return `Nodes that are not in the plan, unless this update removes them:\n\n${formatDifferences(differences)}\n`;
}

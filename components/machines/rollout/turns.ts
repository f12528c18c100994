import * as pulumi from "@pulumi/pulumi";
import { made, Registered } from "../../made";
import { Order, places, runs, turnsIn } from "./order";

/** What the order is made of, once all of it is registered. */
export interface Milestones {
  /** Is made when workers that leave are empty. */
  departures: pulumi.Resource;
  /** By node, the resource that is made when the node is in service. */
  inService: ReadonlyMap<string, Registered>;
}

/**
 * How many workers of a pool are on their way to a server at most: as many as the engine works on at once (`--parallel`, by default four for each
 * core), which the SDK has from the engine. What waits for the engine's answer takes several times the memory that is left of it then.
 */
const underWay = () => Math.max(8, Number(process.env.PULUMI_NODEJS_PARALLEL ?? 0));

/**
 * In which order servers that exist are replaced (docs/decisions/0042-servers-are-replaced-in-turn.md). A server is told to wait by a promise
 * among its `dependsOn`, which ends with its turn and says nothing of whose turn was before: the engine notes no dependency between
 * servers, so that `destroy` still deletes all of them at once.
 */
export class Turns {
  private reached!: (milestones: Milestones) => void;
  private readonly milestones = new Promise<Milestones>((resolve) => (this.reached = resolve));
  private asked: Promise<ReadonlySet<string>> | undefined;
  private anew: Promise<boolean> = Promise.resolve(false);
  private places: Promise<ReadonlyMap<string, string>> | undefined;

  /** @param ask which nodes have a server; undefined: all may have. Asked once, and not at a preview */
  constructor(
    private readonly order: Order,
    private readonly ask: () => Promise<ReadonlySet<string> | undefined>,
  ) {}

  /**
   * The same resource, when it is the node's turn.
   * @param resource something that the node's server waits for anyway
   */
  of(name: string, resource: pulumi.Resource): pulumi.Input<pulumi.Resource> {
    return pulumi.runtime.isDryRun() ? resource : this.turn(name).then(() => resource);
  }

  /** The worker whose server has to be there before this one is registered; undefined: it need not wait. */
  async ahead(name: string): Promise<string | undefined> {
    return (await (this.places ??= this.placed())).get(name);
  }

  /** The resources, if the control plane runs already, or if it does not; else none. None at a preview, where nothing waits. */
  async given(running: boolean, resources: readonly pulumi.Resource[]): Promise<pulumi.Resource[]> {
    if (pulumi.runtime.isDryRun()) return [];
    return runs(this.order, await this.existing()) === running ? [...resources] : [];
  }

  /** Says what the order is made of. Until then nobody's turn comes whose server exists. */
  follow(milestones: Milestones): void {
    this.reached(milestones);
  }

  /** Says whether the control plane begins anew: then none of its servers waits, whichever there are. Before anybody's turn is asked for. */
  begin(anew: Promise<boolean>): void {
    this.anew = anew;
  }

  private existing(): Promise<ReadonlySet<string>> {
    return (this.asked ??= this.found());
  }

  private async found(): Promise<ReadonlySet<string>> {
    const { controlPlane, pools } = this.order;
    const found = (await this.ask()) ?? new Set([controlPlane, ...pools].flatMap(({ names }) => names));
    if (!(await this.anew)) return found;
    return new Set([...found].filter((name) => !controlPlane.names.includes(name)));
  }

  private async placed(): Promise<ReadonlyMap<string, string>> {
    // A preview asks nobody.
    const existing = pulumi.runtime.isDryRun() ? new Set<string>() : await this.existing();
    return new Map(this.order.pools.flatMap((pool) => [...places(pool, existing, underWay())]));
  }

  private async turn(name: string): Promise<void> {
    const turn = turnsIn(this.order, await this.existing()).get(name);
    if (!turn) return;
    const { departures, inService } = await this.milestones;
    if (turn.departed) await made(departures);
    await Promise.all(turn.inService.flatMap((node) => inService.get(node) ?? []).map(made));
  }
}

import * as pulumi from "@pulumi/pulumi";
import { Group, predecessors } from "./order";

/** What the order is made of, once all of it is registered. */
export interface Milestones {
  /** Comes before anything happens to any server that exists. */
  first: pulumi.Resource;
  /** By node, the resource that is made when the node is in service. */
  inService: ReadonlyMap<string, pulumi.Resource>;
}

/**
 * In which order servers that exist are replaced (docs/decisions/0042-servers-are-replaced-in-turn.md). A server is told to wait by a promise
 * among its `dependsOn`, which ends with its turn and says nothing of whose turn was before: the engine notes no dependency between
 * servers, so that `destroy` still deletes all of them at once.
 */
export class Turns {
  private reached!: (milestones: Milestones) => void;
  private readonly milestones = new Promise<Milestones>((resolve) => (this.reached = resolve));
  private existing: Promise<ReadonlySet<string> | undefined> | undefined;

  /** @param ask which nodes have a server; undefined: all may have. Asked once, and not at a preview */
  constructor(
    private readonly groups: readonly Group[],
    private readonly ask: () => Promise<ReadonlySet<string> | undefined>,
  ) {}

  /**
   * The same resource, when it is the node's turn.
   * @param resource something that the node's server waits for anyway
   */
  of(name: string, resource: pulumi.Resource): pulumi.Input<pulumi.Resource> {
    return pulumi.runtime.isDryRun() ? resource : this.turn(name).then(() => resource);
  }

  /** Says what the order is made of. Until then nobody's turn comes whose server exists. */
  follow(milestones: Milestones): void {
    this.reached(milestones);
  }

  private async turn(name: string): Promise<void> {
    const group = this.groups.find(({ names }) => names.includes(name));
    if (!group) return;
    const existing = await (this.existing ??= this.ask());
    const before = predecessors(group, existing ?? new Set(group.names)).get(name);
    if (!before) return;
    const { first, inService } = await this.milestones;
    await Promise.all([first, ...before.map((node) => inService.get(node)!)].map(made));
  }
}

/** Ends when the engine has made the resource. When that fails, the run ends first. */
const made = ({ urn }: pulumi.Resource) => new Promise<void>((resolve) => void urn.apply(() => resolve()));

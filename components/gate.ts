import * as pulumi from "@pulumi/pulumi";

/**
 * Resources that may refuse an update, before everything else of a component: its other children, at any depth, depend on them. So the
 * engine touches none of those until each of them has agreed.
 */
export class Gate {
  private readonly keepers: pulumi.Resource[] = [];

  /** The component's options, with which its children wait. */
  behind(opts: pulumi.ComponentResourceOptions = {}): pulumi.ComponentResourceOptions {
    const wait: pulumi.ResourceTransformation = ({ type, props, opts: own }) => {
      // A component is nothing that could be touched, and what stands at the gate comes before it is closed.
      if (type.startsWith("hostroute:") || this.keepers.length === 0) return undefined;
      return { props, opts: pulumi.mergeOptions(own, { dependsOn: [...this.keepers] }) };
    };
    return { ...opts, transformations: [...(opts.transformations ?? []), wait] };
  }

  /** Adds one that has to agree. It waits for those before it. */
  open<T extends pulumi.Resource>(keeper: T): T {
    this.keepers.push(keeper);
    return keeper;
  }
}

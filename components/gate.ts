import * as pulumi from "@pulumi/pulumi";

/**
 * Resources that may refuse an update, one after the other, and before everything else of a component: its other children, at any depth,
 * depend on the last of them. So the engine touches none of those until each of them has agreed.
 */
export class Gate {
  /** The others are behind it; naming all of them would stand in the state with every resource. */
  private last: pulumi.Resource | undefined;

  /** The component's options, with which its children wait. */
  behind(opts: pulumi.ComponentResourceOptions = {}): pulumi.ComponentResourceOptions {
    const wait: pulumi.ResourceTransformation = ({ type, props, opts: own }) => {
      // A component is nothing that could be touched, and what stands at the gate comes before it is closed.
      if (type.startsWith("hostroute:") || !this.last) return undefined;
      return { props, opts: pulumi.mergeOptions(own, { dependsOn: [this.last] }) };
    };
    return { ...opts, transformations: [...(opts.transformations ?? []), wait] };
  }

  /** Adds one that has to agree. It waits for those before it. */
  open<T extends pulumi.Resource>(keeper: T): T {
    this.last = keeper;
    return keeper;
  }
}

import * as pulumi from "@pulumi/pulumi";
import { clusterOutputs, DifferentOutputs, Outputs, outputsProblem, OUTPUTS_VERSION } from "../outputs";
import { clusterStack } from "./clusterStack";
import { failureOf, promiseOf } from "./mocks";

/** A program that refers to a cluster's stack, as the engine would answer it. */
async function referenced(outputs: object, secretOutputNames: readonly string[] = ["kubeconfig", "recovery"]) {
  await pulumi.runtime.setMocks({
    newResource: ({ id, inputs }) => ({ id, state: { ...(inputs as object), outputs, secretOutputNames } }),
    call: () => ({}),
  });
  return new pulumi.StackReference("organization/hostroute/dev");
}

describe("clusterOutputs", () => {
  it("gives each output with its value and its type", async () => {
    const cluster = clusterOutputs(await referenced(clusterStack));
    const values = await promiseOf(pulumi.output({ ...cluster }));
    expect(values).toEqual(clusterStack);
    // Types, for the compiler: no assertion and no `any` between an output and its use.
    const podCidrs = cluster.nodes.apply((nodes) => nodes.flatMap(({ podCidr }) => podCidr?.split("/") ?? []));
    expect(await promiseOf(podCidrs)).toEqual(["10.200.0.0", "24", "10.200.1.0", "24"]);
  });

  it("keeps secret what is a secret there, and nothing else", async () => {
    // The engine marks all outputs together as soon as one of them is.
    const cluster = clusterOutputs(await referenced(pulumi.secret(clusterStack)));
    const marked = Object.entries<pulumi.Output<unknown>>(cluster).map(async ([name, output]) =>
      (await pulumi.isSecret(output)) ? [name] : [],
    );
    expect((await Promise.all(marked)).flat()).toEqual(["kubeconfig", "recovery"]);
    expect(await promiseOf(cluster.kubeconfig)).toBe(clusterStack.kubeconfig);
  });

  it("has no router where the cluster has none", async () => {
    const { routerId, ...others } = clusterStack;
    expect(routerId).toBeDefined();
    const cluster = clusterOutputs(await referenced(others));
    expect(await promiseOf(cluster.routerId)).toBeUndefined();
    expect(await promiseOf(cluster.subnetId)).toBe("subnet-id");
  });

  it("fails with one error, which names every missing output, whichever are used", async () => {
    const { kubeconfig, routes, ...others } = clusterStack;
    expect([kubeconfig, routes]).not.toContain(undefined);
    const failure = await failureOf(async () => {
      const { clusterDns, clusterDomain } = clusterOutputs(await referenced(others));
      new pulumi.ComponentResource("test:index:Uses", "uses", { nested: { clusterDns, clusterDomain } }, {}, true);
    });
    expect(failure).toBeInstanceOf(pulumi.RunError);
    expect((failure as Error).message).toBe(outputsProblem("organization/hostroute/dev", others));
    expect((failure as Error).message).toContain(" organization/hostroute/dev ");
    expect((failure as Error).message).toContain(": routes, kubeconfig.");
  });

  it("fails with one error when the contract has another version", async () => {
    const other = { ...clusterStack, outputsVersion: OUTPUTS_VERSION + 1 };
    const failure = await failureOf(async () => void clusterOutputs(await referenced(other)));
    expect((failure as Error).message).toBe(outputsProblem("organization/hostroute/dev", other));
  });
});

describe("outputsProblem", () => {
  it("finds none with a whole cluster", () => {
    expect(outputsProblem("dev", { ...clusterStack, more: "than this release knows" })).toBeUndefined();
  });

  it("names what is missing", () => {
    const { outputsVersion, nodes, ...others } = clusterStack;
    expect([outputsVersion, nodes]).not.toContain(undefined);
    expect(outputsProblem("dev", others)).toBe(
      "Stack dev lacks outputs of a hostroute cluster: outputsVersion, nodes.\n" +
        "  If it is one, bring it up with the release of hostroute that this program depends on (pulumi up); " +
        "if not, name the cluster's stack.",
    );
  });

  it("says of a stack without outputs that it is not up", () => {
    expect(outputsProblem("dev", {})).toBe(
      "Stack dev has no outputs.\n" +
        "  Bring the cluster up first (pulumi up), or give the name of a hostroute stack that is up: pulumi stack ls --all lists them.",
    );
  });

  it("speaks of the version alone where that is another: names may have changed with it", () => {
    expect(outputsProblem("dev", { outputsVersion: 2 })).toBe(
      "Stack dev has version 2 of hostroute's outputs; this program reads version 1.\n" +
        "  Let this program depend on the release of hostroute that brought the stack up, or bring the stack up with this one's.",
    );
  });
});

// For the compiler alone: what differs from the contract has a name, and does not pass.
type Lifted = { [Name in keyof Outputs]: pulumi.Output<Outputs[Name]> };
type None<Names extends never> = Names;
type Same = None<DifferentOutputs<Lifted>>;
// @ts-expect-error one is missing
type Missing = None<DifferentOutputs<Omit<Lifted, "routes">>>;
// @ts-expect-error one is beyond the contract
type Beyond = None<DifferentOutputs<Lifted & { more: string }>>;
// @ts-expect-error one has another type
type Another = None<DifferentOutputs<Omit<Lifted, "routes"> & { routes: string }>>;
export type Compiled = [Same, Missing, Beyond, Another];

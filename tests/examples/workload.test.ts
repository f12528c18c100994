import * as fs from "node:fs";
import * as path from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { outputsProblem } from "../../outputs";
import { clusterStack } from "../clusterStack";
import { allRegistered, failureOf, promiseOf, Registered } from "../mocks";

type Program = typeof import("../../examples/workload/index");

/** What the example registered, but for the stack reference. */
let resources: Registered[];

/** Runs the example as `pulumi up` does, beside a cluster's stack with these outputs, and returns its URLs. */
async function run(outputs: object): Promise<string[]> {
  resources = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, id, name, inputs }) => {
        if (type === "pulumi:pulumi:StackReference")
          return { id, state: { ...(inputs as object), outputs, secretOutputNames: ["kubeconfig"] } };
        resources.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: `${name}-id`, state: inputs as object };
      },
      call: () => ({}),
    },
    "workload",
    "dev",
  );
  pulumi.runtime.setAllConfig({
    "workload:cluster": "organization/hostroute/dev",
    "workload:image": "registry.example/httpd:1",
    "workload:nodePort": "30080",
  });
  let program: Program | undefined;
  jest.isolateModules(() => {
    jest.doMock("@pulumi/pulumi", () => pulumi);
    jest.doMock("@pulumi/kubernetes", () => kubernetes);
    program = jest.requireActual<Program>("../../examples/workload/index");
  });
  await allRegistered();
  return promiseOf(program!.urls);
}

it("serves a page with the cluster's workers and routes at every worker's address", async () => {
  expect(await run(pulumi.secret(clusterStack))).toEqual(["http://10.106.1.2:30080/", "http://10.106.1.3:30080/"]);
  expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    "kubernetes:apps/v1:Deployment web",
    "kubernetes:core/v1:ConfigMap page",
    "kubernetes:core/v1:Service web",
    "pulumi:providers:kubernetes cluster",
  ]);
  const inputs = (kind: string) => resources.find(({ type }) => type.endsWith(`:${kind}`))!.inputs;
  // As the SDK writes secrets: the kubeconfig is one, and what the page is made of is none.
  expect(inputs("kubernetes")).toMatchObject({ kubeconfig: { value: clusterStack.kubeconfig } });
  const { "index.html": page } = inputs("ConfigMap").data as Record<string, string>;
  expect(page).toContain("<tr><td>dev-worker-1</td><td>10.106.1.3</td><td>10.200.1.0/24</td><td>10.106.1.3</td></tr>");
  expect(page).toContain("10.32.0.10");
  expect(inputs("Deployment").spec).toMatchObject({
    replicas: 2,
    template: { spec: { containers: [{ image: "registry.example/httpd:1" }] } },
  });
  expect(inputs("Service").spec).toMatchObject({ type: "NodePort", ports: [{ targetPort: 8080, nodePort: 30080 }] });
});

it("fails with one message beside a stack without outputs, and asks for no Kubernetes object", async () => {
  const failure = await failureOf(() => run({}));
  expect(failure).toBeInstanceOf(pulumi.RunError);
  expect((failure as Error).message).toBe(outputsProblem("organization/hostroute/dev", {}));
  expect(resources).toEqual([]);
});

it("is pinned to the cluster program's own versions: the engine looks for plugins of both wherever it finds packages", () => {
  interface Package {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  }
  const read = (folder: string) =>
    JSON.parse(fs.readFileSync(path.join(__dirname, "../..", folder, "package.json"), "utf8")) as Package;
  const [own, { dependencies, devDependencies }] = [read("."), read("examples/workload")];
  const { hostroute, ...pinned } = { ...dependencies, ...devDependencies };
  expect(hostroute).toBe("file:../..");
  expect({ ...own.dependencies, ...own.devDependencies }).toMatchObject(pinned);
});

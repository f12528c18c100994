import { runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster";
import { specOf } from "./fixtures";
import { allRegistered, promiseOf, withoutCallSites } from "./mocks";

/** Mocks as Pulumi's guide to unit tests has them: they know nothing of what this program's resources put out. */
const GUIDE: pulumi.runtime.Mocks = {
  newResource: ({ name, inputs }) => ({ id: `${name}_id`, state: inputs as Record<string, unknown> }),
  call: ({ inputs }) => inputs as Record<string, unknown>,
};
/** The least that mocks can say. */
const LEAST: pulumi.runtime.Mocks = { newResource: ({ name }) => ({ id: `${name}_id`, state: {} }), call: () => ({}) };

/** Whatever fails without anybody handling it while `program` runs, which is what would end a user's test run. */
async function unhandled(program: () => Promise<unknown>): Promise<unknown[]> {
  const node = runInThisContext("process") as NodeJS.Process;
  const listeners = node.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  const failures: unknown[] = [];
  node.removeAllListeners("unhandledRejection");
  node.on("unhandledRejection", (failure) => failures.push(failure));
  try {
    await program().catch((failure: unknown) => failures.push(failure));
    await new Promise((resolve) => setTimeout(resolve, 100));
  } finally {
    node.removeAllListeners("unhandledRejection");
    for (const listener of listeners) node.on("unhandledRejection", listener);
  }
  return failures;
}

it.each([
  ["as the guide has them", GUIDE, false],
  ["as the guide has them, at a preview", GUIDE, true],
  ["that say next to nothing", LEAST, false],
])(
  "lets a program with a whole cluster be tested under mocks %s",
  async (_name, mocks, preview) => {
    const servers: string[] = [];
    const newResource: pulumi.runtime.Mocks["newResource"] = (args) => {
      if (args.type === "openstack:compute/instance:Instance") servers.push(args.name);
      return mocks.newResource(args);
    };
    let cluster: Cluster | undefined;
    withoutCallSites();
    const failures = await unhandled(async () => {
      await pulumi.runtime.setMocks({ ...mocks, newResource }, "theirs", "test", preview);
      cluster = new Cluster("dev", {
        spec: specOf({ network: { externalNetwork: "public" }, workerPools: [{ name: "worker", count: 2 }] }),
        readHostRoutes: () => Promise.reject(new Error("nobody may be asked in a unit test")),
      });
      await allRegistered();
    });
    expect(failures).toEqual([]);
    expect(servers.sort()).toEqual(["dev-control-plane-0", "dev-worker-0", "dev-worker-1"]);
    expect(await promiseOf(cluster!.nodes[1]!.portId)).toBe("dev-worker-0_id");
    // Unknown at a preview.
    if (preview) return;
    // What nobody has said is not there, as with every resource under mocks; a list is empty.
    expect(await promiseOf(cluster!.kubeconfig)).toBeUndefined();
    expect(await promiseOf(cluster!.apiEndpoint)).toBeUndefined();
    expect(await promiseOf(cluster!.observedRoutes)).toEqual([]);
  },
  // The first one loads the providers' packages.
  20_000,
);

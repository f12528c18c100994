import * as pulumi from "@pulumi/pulumi";
import { asNeutron, NeutronRoute } from "../../components/network/hostRoutes/table";
import { kubectlInterpreter } from "../../components/objects/kubectl";
import { parseObserved } from "../../components/objects/routeDifferences";
import { awaitNodesInterpreter, checkRoutes, OBSERVE, RouteVerification } from "../../components/objects/verification";
import { allRegistered, failureOf, promiseOf } from "../mocks";
import { runScript } from "./shell";

const routes = [
  { node: "dev-worker-0", destination: "10.200.0.0/24", nextHop: "10.106.1.2" },
  { node: "dev-worker-1", destination: "10.200.1.0/24", nextHop: "10.106.1.3" },
];
const hostRoutes = asNeutron(routes);
const AS_PLANNED = "10.106.1.2 10.200.0.0/24 \n10.106.1.3 10.200.1.0/24 ";
const PLANNED = "10.106.1.2 dev-worker-0\n10.106.1.3 dev-worker-1";

it("runs the documented command, word for word", () => {
  expect(OBSERVE).toBe(
    "kubectl get nodes \\\n" +
      '  --output=jsonpath=\'{range .items[*]}{.status.addresses[?(@.type=="InternalIP")].address} {.spec.podCIDR} {"\\n"}{end}\'',
  );
});

describe("waiting", () => {
  const some = "echo '10.106.1.2 10.200.0.0/24 '";
  const all = `echo '${AS_PLANNED}'`;

  it("goes on until every planned node has reported its address", () => {
    const kubectl = `case $calls in 1) exit 1;; 2) ${some};; *) ${all};; esac`;
    expect(runScript(awaitNodesInterpreter(), OBSERVE, kubectl, { PLANNED })).toEqual({
      status: 0,
      stdout: `${AS_PLANNED}\n`,
      stderr: "",
      left: [],
    });
  });

  it("passes kubectl the one jsonpath", () => {
    const kubectl = `[ "$#" = 3 ] && [ "$1 $2" = "get nodes" ] && printf '%s' "$3" >&2; ${all}`;
    const { stderr } = runScript(awaitNodesInterpreter(), OBSERVE, kubectl, { PLANNED });
    expect(stderr).toBe(
      '--output=jsonpath={range .items[*]}{.status.addresses[?(@.type=="InternalIP")].address} {.spec.podCIDR} {"\\n"}{end}',
    );
  });

  it("ends with the nodes that have not", () => {
    const { status, stderr } = runScript(awaitNodesInterpreter(3, 5), OBSERVE, some, { PLANNED });
    expect(status).toBe(1);
    expect(stderr).toBe(
      "hostroute: after 3 attempts, 5 seconds apart, these nodes have not reported their address:\n" +
        "dev-worker-1 (10.106.1.3)\n" +
        "See the servers' console logs, and journalctl -u hostroute-fetch -u kubelet on them. Then run pulumi up again.\n",
    );
  });

  it("has nothing to wait for without workers", () => {
    expect(runScript(awaitNodesInterpreter(1), OBSERVE, "exit 0", { PLANNED: "" })).toMatchObject({
      status: 0,
      stdout: "\n",
    });
  });

  it("has five minutes", () => expect(awaitNodesInterpreter()).toEqual(awaitNodesInterpreter(150, 2)));
});

interface Seen {
  resources: { type: string; name: string; inputs: Record<string, unknown> }[];
  calls: { token: string; inputs: Record<string, unknown> }[];
  /** In which order resources were made and questions asked. */
  order: string[];
  component: RouteVerification;
}

/** The component against a cluster that answers `now`, and Neutron; the state's last answer was `before`. */
async function verified(
  now: string,
  {
    before = now,
    preview = false,
    triggers = undefined as string[] | undefined,
    neutron = () => Promise.resolve(hostRoutes),
    onRouter = undefined as (() => Promise<NeutronRoute[]>) | undefined,
  } = {},
) {
  const seen: Omit<Seen, "component"> = { resources: [], calls: [], order: [] };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        if (custom) seen.resources.push({ type, name, inputs: inputs as Record<string, unknown> });
        if (custom) seen.order.push(name);
        return { id: `${name}-id`, state: { ...(inputs as object), stdout: before } };
      },
      call: ({ token, inputs }) => {
        seen.calls.push({ token, inputs: inputs as Record<string, unknown> });
        seen.order.push(token);
        return { stdout: now };
      },
    },
    "hostroute",
    "dev",
    preview,
  );
  const readHostRoutes = (subnetId: string) => {
    seen.order.push(`Neutron: ${subnetId}`);
    return neutron();
  };
  const component = new RouteVerification("dev", {
    kubeconfig: "KUBECONFIG",
    routes,
    tier: "subnet",
    subnetId: "s1",
    readHostRoutes,
    ...(onRouter
      ? {
          router: {
            routerId: pulumi.output("r1"),
            read: (routerId: string) => {
              seen.order.push(`Neutron: ${routerId}`);
              return onRouter();
            },
          },
        }
      : {}),
    after: [],
    triggers,
  });
  return { ...seen, component };
}

const both = [
  { address: "10.106.1.2", podCidr: "10.200.0.0/24" },
  { address: "10.106.1.3", podCidr: "10.200.1.0/24" },
];

it.each([
  ["without triggers", undefined],
  ["with triggers", ["server-0", "server-1"]],
])("waits by a resource, then checks by a function, %s", async (_name, triggers) => {
  const seen = await verified(AS_PLANNED, { triggers });
  expect(await promiseOf(seen.component.observedRoutes)).toEqual(both);
  expect(seen.resources).toEqual([
    {
      type: "command:local:Command",
      name: "dev-nodes",
      inputs: {
        create: OBSERVE,
        interpreter: awaitNodesInterpreter(),
        stdin: expect.objectContaining({ value: "KUBECONFIG" }) as unknown,
        environment: { PLANNED },
        triggers: triggers ?? [],
      },
    },
  ]);
  const [call, ...others] = seen.calls;
  expect(others).toEqual([]);
  expect(call).toMatchObject({
    token: "command:local:run",
    inputs: { command: OBSERVE, interpreter: kubectlInterpreter() },
  });
});

it("asks nothing at a preview, and shows what was seen last", async () => {
  const seen = await verified("", { before: AS_PLANNED, preview: true });
  expect(await promiseOf(seen.component.observedRoutes)).toEqual(both);
  await allRegistered();
  expect(seen.order).toEqual(["dev-nodes"]);
});

describe("Neutron", () => {
  it("is asked once, and last: when all nodes have reported themselves", async () => {
    const seen = await verified(AS_PLANNED);
    await promiseOf(seen.component.observedRoutes);
    expect(seen.order).toEqual(["dev-nodes", "command:local:run", "Neutron: s1"]);
  });

  it("fails the update, with the table, when a route has gone since", async () => {
    const neutron = () => Promise.resolve(hostRoutes.slice(1));
    const failure = await failureOf(() => verified(AS_PLANNED, { neutron }));
    expect(failure).toBeInstanceOf(pulumi.RunError);
    expect(String(failure)).toContain("The routes differ from the plan:\n\nnode ");
    expect(String(failure)).toMatch(/^dev-worker-0 {2}10.200.0.0\/24 via 10.106.1.2 {2}10.200.0.0\/24 {2}no route$/m);
    expect(String(failure)).not.toMatch(/^dev-worker-1 /m);
  });

  it("may have routes of others", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const neutron = () => Promise.resolve([{ destination: "192.168.7.0/24", nexthop: "10.106.1.99" }, ...hostRoutes]);
    const { component } = await verified(AS_PLANNED, { neutron });
    expect(await promiseOf(component.observedRoutes)).toEqual(both);
    await allRegistered();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it("fails the update with one error when it cannot be asked; what Kubernetes says is put out all the same", async () => {
    const neutron = () => Promise.reject(new Error("Neutron answered 503 for subnet s1"));
    let observed: unknown;
    const failure = await failureOf(async () => {
      const { component } = await verified(AS_PLANNED, { neutron });
      observed = await promiseOf(component.observedRoutes);
    });
    expect((failure as Error).message).toBe(
      "The routes were not verified: Neutron could not be asked for the host routes of subnet s1.\n" +
        "  Neutron answered 503 for subnet s1\n" +
        "Once that is fixed, run pulumi up again, or npm run verify.\n",
    );
    expect((failure as Error).stack).toBeUndefined();
    expect(observed).toEqual(both);
  });
});

describe("the router, where it is to have the routes, too", () => {
  it("is asked after the subnet, and may have routes of others", async () => {
    const onRouter = () => Promise.resolve([...hostRoutes, { destination: "192.168.7.0/24", nexthop: "10.106.1.99" }]);
    const seen = await verified(AS_PLANNED, { onRouter });
    expect(await promiseOf(seen.component.observedRoutes)).toEqual(both);
    await allRegistered();
    expect(seen.order.slice(-2)).toEqual(["Neutron: s1", "Neutron: r1"]);
  });

  it("fails the update, with the table, when one of its routes has gone since", async () => {
    const onRouter = () => Promise.resolve(hostRoutes.slice(1));
    const failure = await failureOf(() => verified(AS_PLANNED, { onRouter }));
    expect(String(failure)).toMatch(/^node +plan +Kubernetes +Neutron +router$/m);
    expect(String(failure)).toMatch(/^dev-worker-0 .* via 10\.106\.1\.2 {2}no route$/m);
    expect(String(failure)).not.toMatch(/^dev-worker-1 /m);
  });

  it("fails the update when it cannot be asked", async () => {
    const onRouter = () => Promise.reject(new Error("Neutron has no router r1"));
    const failure = await failureOf(() => verified(AS_PLANNED, { onRouter }));
    expect((failure as Error).message).toContain(
      "The routes were not verified: Neutron could not be asked for the routes of router r1.\n  Neutron has no router r1\n",
    );
  });
});

it("does not make a secret of addresses", async () => {
  const { component } = await verified(AS_PLANNED);
  expect(await pulumi.isSecret(component.observedRoutes)).toBe(false);
});

it("warns of a node that is not in the plan: an update deletes last", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const { component } = await verified(`${AS_PLANNED}\n10.106.1.9 10.200.9.0/24 `);
  await promiseOf(component.observedRoutes);
  await allRegistered();
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    expect.stringContaining("10.106.1.9  no such node") as string,
  ]);
  warn.mockRestore();
});

describe("checkRoutes", () => {
  const two = "10.106.1.3 10.200.1.0/24 ";
  const found = (text: string) => () => checkRoutes(routes, parseObserved(text), hostRoutes);

  it.each([
    [
      "another podCIDR",
      `10.106.1.2 10.200.7.0/24 \n${two}`,
      /^dev-worker-0 {2}10.200.0.0\/24 via 10.106.1.2 {2}10.200.7.0/m,
    ],
    ["no such node", two, /^dev-worker-0 {2}10.200.0.0\/24 via 10.106.1.2 {2}no such node/m],
    ["strangers besides", `${two}\n10.106.1.9 10.200.9.0/24 `, /^10.106.1.9 /m],
  ])("fails with the table when Kubernetes has %s", (_name, text, row) => {
    expect(found(text)).toThrow(pulumi.RunError);
    expect(found(text)).toThrow("The routes differ from the plan:\n\nnode ");
    expect(found(text)).toThrow(row);
  });

  it("is silent when all agree", () => expect(found(AS_PLANNED)()).toBeUndefined());
});

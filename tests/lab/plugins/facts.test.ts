import * as pulumi from "@pulumi/pulumi";
import { command } from "../../../lab/plugins/command";
import { kubernetes } from "../../../lab/plugins/kubernetes";
import { openstack } from "../../../lab/plugins/openstack";
import { check } from "../../../lab/plugins/protocol/check";
import { checkConfig } from "../../../lab/plugins/protocol/config";
import { Provider } from "../../../lab/plugins/protocol/provider";
import { Properties, Property, Type } from "../../../lab/plugins/protocol/schema";
import { formatPath, isObject, Path, Props } from "../../../lab/plugins/protocol/values";
import { tls } from "../../../lab/plugins/tls";
import { allRegistered, promiseOf, Recorder, startMocks } from "../../mocks";
import { FakeCloud } from "../../openstack/fakeCloud";
import { Declared, declaredArgs, ownOptions } from "./declarations";

const providers: Provider[] = [openstack("0"), command("0"), tls("0"), kubernetes("0")];
const kinds = Object.fromEntries(providers.flatMap(({ kinds }) => Object.entries(kinds)));
const invocations = Object.fromEntries(providers.flatMap((provider) => Object.entries(provider.invocations ?? {})));

describe("what the program uses", () => {
  /** A stack that has one of everything. */
  const STACK = {
    clusterName: "dev",
    network: { externalNetwork: "public", mtu: 1400, dnsServers: ["192.0.2.53"] },
    sshPublicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHIiJg6Vxhija9NIyvRaBjQQ6eCtuiSk3o7k2zOLGRlU",
    access: { ssh: ["198.51.100.0/24"], api: ["198.51.100.0/24"], nodePorts: ["0.0.0.0/0"] },
    controlPlane: { count: 1, availabilityZones: ["az1"] },
    apiEndpoint: { kind: "octavia", provider: "amphora" },
    workerPools: [
      {
        ...{ name: "worker", count: 1, labels: { a: "b" }, availabilityZones: ["az1"] },
        taints: [{ key: "k", value: "v", effect: "NoSchedule" }],
        serverGroup: "soft-anti-affinity",
        extraSecurityGroups: ["1f0e6a52-0000-4000-8000-000000000003"],
      },
    ],
  };
  const cloud = new FakeCloud();
  let mocks: Recorder;
  beforeAll(async () => {
    for (const name of Object.keys(process.env).filter((key) => key.startsWith("OS_"))) delete process.env[name];
    await cloud.start();
    cloud.set("dev-id", ["10.200.0.0/24", "10.106.1.2"]);
    mocks = await startMocks();
    const settings = Object.entries(STACK).map(([key, value]) => [
      `hostroute:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const access = { authUrl: cloud.url, userName: "demo", password: "a password", region: "one" };
    const own = Object.entries(access).map(([key, value]) => [`openstack:${key}`, value]);
    pulumi.runtime.setAllConfig(Object.fromEntries([...settings, ...own]) as Record<string, string>);
    const program = await jest.requireActual<typeof import("../../../index")>("../../../index")();
    await allRegistered();
    await promiseOf(program.observedRoutes);
    // The whole program, and all of the SDKs, compiled and loaded.
  }, 120_000);
  afterAll(() => cloud.stop());

  /** Everything but Pulumi's own. */
  const used = () => mocks.resources.filter(({ type }) => !/^pulumi:|^pulumi-nodejs:/.test(type));
  /** As the engine gives them to a plugin: secrets unwrapped. */
  const given = (inputs: Props) =>
    Object.fromEntries(
      Object.entries(inputs)
        .map(([key, value]) => [key, unwrapped(value)])
        .filter(([, value]) => value !== undefined),
    ) as Props;
  const unwrapped = (value: unknown) => (isObject(value) && "secret" in value ? value.secret : value);

  it("is implemented: every type, and every property that the program gives it", () => {
    expect(used().length).toBeGreaterThan(40);
    const refused = used().flatMap(({ type, name, inputs }) => {
      const kind = kinds[type];
      return kind
        ? [...check(kind.inputs, given(inputs)), ...(kind.check?.(given(inputs)) ?? [])].map((failure) => ({
            type,
            name,
            ...failure,
          }))
        : [{ type, name }];
    });
    expect(refused).toEqual([]);
    for (const { token, inputs } of mocks.calls)
      expect(check(invocations[token]!.inputs, given(inputs as Props))).toEqual([]);
  });

  it("is configured with what is implemented", () => {
    const provider = mocks.resources.find(({ type }) => type === "pulumi:providers:kubernetes")!;
    expect(checkConfig(kubernetes("0").config, given(provider.inputs))).toEqual([]);
  });

  it("changes in place or is replaced, and this is why we know", () => {
    const facts = new Map<string, string>();
    for (const { type, inputs } of used()) {
      for (const { path, property } of said(kinds[type]!.inputs, given(inputs)))
        facts.set(`${type} ${formatPath(path)}`, `${property.change} — ${property.source}`);
    }
    const listed = [...facts].sort(([a], [b]) => (a < b ? -1 : 1));
    // Each fact names the file, and the field in it.
    for (const [, fact] of listed) expect(fact).toMatch(/^(updates|replaces) — .+\.go, .+/);
    expect(`\n${listed.map(([what, fact]) => `${what}: ${fact}`).join("\n")}\n`).toMatchSnapshot();
  });
});

/** Every property that the inputs give, at any depth of the table. Elements of lists count once. */
function said(properties: Properties, inputs: Props, at: Path = []): { path: Path; property: Property }[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    if (inputs[name] === undefined) return [];
    const path = [...at, name];
    return [{ path, property }, ...inside(property.type, inputs[name], path)];
  });
}

function inside(type: Type, value: unknown, at: Path): { path: Path; property: Property }[] {
  if (typeof type === "string" || "map" in type) return [];
  if ("object" in type) return isObject(value) ? said(type.object, value, at) : [];
  const element = "list" in type ? type.list : type.set;
  return Array.isArray(value) ? value.flatMap((each) => inside(element, each, at)) : [];
}

/** A type token's file and interface in its package: `openstack:networking/port:Port`, `kubernetes:apps/v1:Deployment`. */
function placeOf(token: string, suffix: string): [pack: string, file: string, name: string] {
  const [pack = "", middle = "", name = ""] = token.split(":");
  const file = `${name[0]!.toLowerCase()}${name.slice(1)}`;
  const folder =
    pack === "kubernetes"
      ? middle.replace(".k8s.io", "").replace("rbac.authorization", "rbac")
      : middle.replace(/\/[^/]*$/, "");
  return [
    pack,
    [folder.replace(/^index$/, ""), file].filter(Boolean).join("/"),
    `${name[0]!.toUpperCase()}${name.slice(1)}${suffix}`,
  ];
}

/** Every way in which a table says something else than the package. */
function contradictions(properties: Properties, declared: Record<string, Declared>, at: Path = []): string[] {
  const tooMany = Object.keys(properties)
    .filter((name) => !(name in declared))
    .map((name) => `${formatPath([...at, name])} is not declared`);
  const missing = Object.entries(declared)
    .filter(([name, { optional }]) => !optional && !properties[name]?.required)
    .map(([name]) => `${formatPath([...at, name])} is required`);
  const others = Object.entries(properties).flatMap(([name, { type }]) =>
    declared[name] ? typeContradictions(type, declared[name], [...at, name]) : [],
  );
  return [...tooMany, ...missing, ...others];
}

function typeContradictions(
  type: Type,
  { type: declared, members = {}, element }: Omit<Declared, "optional">,
  at: Path,
): string[] {
  const wrong = [`${formatPath(at)} is declared as ${declared}`];
  if (type === "any" || declared === "any") return [];
  if (typeof type === "string") return (type === "integer" ? "number" : type) === declared ? [] : wrong;
  if ("map" in type) return declared === "map" ? typeContradictions(type.map, { type: element! }, at) : wrong;
  if ("object" in type) return declared === "object" ? contradictions(type.object, members, at) : wrong;
  return declared === "list"
    ? typeContradictions("list" in type ? type.list : type.set, { type: element!, members }, [...at, 0])
    : wrong;
}

describe("the npm packages' own declarations", () => {
  it.each(Object.entries(kinds))("%s has no property, type or need of its own", (token, { inputs }) => {
    expect(contradictions(inputs, declaredArgs(...placeOf(token, "Args")))).toEqual([]);
  });

  it.each(Object.entries(invocations))("%s has no property, type or need of its own", (token, { inputs }) => {
    expect(contradictions(inputs, declaredArgs(...placeOf(token, "Args")))).toEqual([]);
  });

  it.each(providers.map((provider) => [provider.name, provider] as const))(
    "%s takes no configuration of its own",
    (name, { config }) => {
      expect(contradictions(config, declaredArgs(name, "provider", "ProviderArgs"))).toEqual([]);
    },
  );

  it.each(Object.entries(kinds))(
    "%s keeps secret what the package keeps secret",
    (token, { inputs, secretOutputs = [] }) => {
      const [pack, file] = placeOf(token, "");
      const ours = [...Object.keys(inputs).filter((name) => inputs[name]!.secret), ...secretOutputs];
      // What is refused as an input is never an output.
      const theirs = ownOptions(pack, file, "additionalSecretOutputs").filter((name) => !name.endsWith("Wo"));
      expect([...ours].sort()).toEqual([...theirs].sort());
    },
  );

  it("names what replaces a command", () => {
    expect(ownOptions("command", "local/command", "replaceOnChanges")).toEqual(["triggers[*]"]);
    const { inputs } = kinds["command:local:Command"]!;
    expect(Object.keys(inputs).filter((name) => inputs[name]!.change === "replaces")).toEqual(["triggers"]);
  });
});

import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { findCredentials } from "../../components/openstack/credentials";
import { openSession } from "../../components/openstack/session";
import { root } from "../paths";
import { progress } from "../shell";
import { dynamicKind } from "./dynamic";
import { compact, Kind, unwrapped } from "./kinds";
import { kubernetesObject, kubernetesProvider, localCommand, runLocally } from "./kubernetes";
import { networkId, neutronKinds } from "./neutron";
import { novaKinds } from "./nova";
import { Options, overhearOptions } from "./options";
import { DriverState, Entry, Props } from "./state";
import { tlsKinds } from "./tls";

/** What a run did, resource by resource. */
export interface Summary {
  outputs: Props;
  /** Names of outputs that hold secrets. */
  secrets: string[];
  created: string[];
  updated: string[];
  replaced: string[];
  deleted: string[];
  unchanged: number;
}

/**
 * Stands in for the Pulumi engine where none can be installed: runs the program against Pulumi's mocks interface and does to
 * a real OpenStack what the engine's providers would. Idempotent; a run that was killed is continued by the next one.
 */
export async function deploy(stack: string, config: Record<string, string>): Promise<Summary> {
  const driver = new Driver(stack, await allKinds());
  pulumi.runtime.setAllConfig(config, []);
  await pulumi.runtime.setMocks(driver, "hostroute", stack, false);
  driver.options = overhearOptions();
  const program = (await import(path.join(root, "index.ts"))) as Props;
  const outputs = await resolved({ ...program });
  await pulumi.runtime.disconnect();
  await driver.sweep();
  const secret = await Promise.all(
    Object.entries(program).map(async ([name, value]) => ((await isSecret(value)) ? [name] : [])),
  );
  return { ...driver.summary, outputs, secrets: secret.flat() };
}

const isSecret = async (value: unknown) => pulumi.Output.isInstance(value) && (await pulumi.isSecret(value));

/** Deletes everything that the driver made for a stack, last made first. */
export async function destroy(stack: string): Promise<string[]> {
  const driver = new Driver(stack, await allKinds());
  await driver.sweep();
  return driver.summary.deleted;
}

/** The outputs once every resource behind them is there; a failed one fails the run. */
const resolved = (exports: Props) =>
  new Promise<Props>((resolve) => {
    pulumi.all(exports as Record<string, pulumi.Input<unknown>>).apply((done) => resolve(done as Props));
  });

const others: Record<string, Kind> = {
  "pulumi:providers:kubernetes": kubernetesProvider,
  "command:local:Command": localCommand,
};

type Call = (args: pulumi.runtime.MockCallArgs) => Promise<Props>;

async function allKinds(): Promise<{ kinds: Record<string, Kind>; call: Call }> {
  const session = await openSession(findCredentials(() => undefined));
  const kinds = { ...neutronKinds(session), ...novaKinds(session), ...tlsKinds, ...others };
  const call: Call = async ({ token, inputs }) => {
    const given = unwrapped(inputs) as Props;
    switch (token) {
      case "openstack:networking/getNetwork:getNetwork":
        return { ...given, id: await networkId(session, given.name) };
      case "command:local:run":
        return { ...given, stdout: await runLocally({ ...given, create: given.command }) };
    }
    throw new Error(`The lab's driver does not know ${token}`);
  };
  return { kinds, call };
}

class Driver implements pulumi.runtime.Mocks {
  options = new Map<string, Options>();
  readonly summary = {
    created: [] as string[],
    updated: [] as string[],
    replaced: [] as string[],
    deleted: [] as string[],
    unchanged: 0,
  };
  private readonly state: DriverState;
  private readonly seen = new Set<string>();
  readonly call: Call;

  constructor(
    stack: string,
    private readonly parts: { kinds: Record<string, Kind>; call: Call },
  ) {
    this.state = new DriverState(stack);
    this.call = parts.call;
  }

  async newResource({
    type,
    name,
    inputs: raw,
    custom,
  }: pulumi.runtime.MockResourceArgs): Promise<{ id: string; state: Props }> {
    const inputs = compact(unwrapped(raw) as Props);
    if (custom === false || type.startsWith("hostroute:")) return { id: "", state: inputs };
    const kind = this.kindOf(type);
    const key = DriverState.key({ type, name });
    this.seen.add(key);
    kind.seen?.(inputs);
    const before = this.state.entries.get(key);
    const there = before && (!kind.exists || (await kind.exists(before.id)));
    const entry = there ? await this.change(kind, before, inputs) : await this.make(kind, { type, name, inputs });
    return { id: entry.id, state: entry.outputs };
  }

  private async make(
    kind: Kind,
    { type, name, inputs }: Pick<Entry, "type" | "name" | "inputs">,
    list = this.summary.created,
  ): Promise<Entry> {
    const made = (await kind.find?.(inputs)) ?? (await kind.create(inputs));
    const trigger = this.options.get(DriverState.key({ type, name }))?.replacementTrigger;
    const entry = { type, name, inputs, ...made, trigger };
    this.state.put(entry);
    list.push(label(entry));
    progress(`  + ${label(entry)}`);
    return entry;
  }

  private async change(kind: Kind, before: Entry, goal: Props): Promise<Entry> {
    const { ignoreChanges = [], replacementTrigger } = this.options.get(DriverState.key(before)) ?? {};
    // As in the engine: what is ignored stays as it was, and a replacement gets what the program says.
    const inputs = compact({ ...goal, ...Object.fromEntries(ignoreChanges.map((key) => [key, before.inputs[key]])) });
    const keys = [...new Set([...Object.keys(inputs), ...Object.keys(before.inputs)])];
    const changed = keys.filter((key) => JSON.stringify(inputs[key]) !== JSON.stringify(before.inputs[key]));
    if (before.trigger !== replacementTrigger) changed.push("replacementTrigger");
    if (changed.length === 0 && !(await kind.drifted?.(before.id, before.outputs, inputs))) {
      this.summary.unchanged++;
      return before;
    }
    if (kind.update && changed.every((key) => kind.updatable?.includes(key))) {
      const entry = { ...before, inputs, outputs: await kind.update(before.id, inputs, before.outputs) };
      this.state.put(entry);
      this.summary.updated.push(label(entry));
      progress(`  ~ ${label(entry)} ${changed.filter((key) => key !== "__provider").join(", ")}`);
      return entry;
    }
    await kind.remove?.(before.id, before.outputs);
    this.state.remove(DriverState.key(before));
    progress(`  - ${label(before)} to replace it: ${changed.join(", ")}`);
    return this.make(kind, { ...before, inputs: goal }, this.summary.replaced);
  }

  /** Deletes what the program no longer registers. */
  async sweep(): Promise<void> {
    for (const [key, entry] of [...this.state.entries].reverse()) {
      if (this.seen.has(key)) continue;
      await this.kindOf(entry.type).remove?.(entry.id, entry.outputs);
      this.state.remove(key);
      this.summary.deleted.push(label(entry));
      progress(`  - ${label(entry)}`);
    }
  }

  private kindOf(type: string): Kind {
    if (type.startsWith("pulumi-nodejs:dynamic")) return dynamicKind;
    if (type.startsWith("kubernetes:")) return kubernetesObject;
    const kind = this.parts.kinds[type];
    if (!kind) throw new Error(`The lab's driver does not know ${type}`);
    return kind;
  }
}

const label = ({ type, name }: { type: string; name: string }) => `${type.split(":").at(-1)!} ${name}`;

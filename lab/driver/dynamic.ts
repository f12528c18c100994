import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { root } from "../paths";
import { Kind } from "./kinds";
import { Props } from "./state";

type Provider = pulumi.dynamic.ResourceProvider<Props, Props>;

const providers = new Map<string, Promise<Provider>>();

/** Brings a serialised provider back to life, as Pulumi's own dynamic-provider process does. */
function load(text: string): Promise<Provider> {
  const known = providers.get(text);
  if (known) return known;
  const module = { exports: {} as { handler: () => Provider } };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function("exports", "require", "module", text)(
    module.exports,
    createRequire(path.join(root, "index.ts")),
    module,
  );
  const provider = module.exports.handler();
  const config = { get: () => undefined } as unknown as pulumi.dynamic.Config;
  const ready = Promise.resolve(provider.configure?.({ config })).then(() => provider);
  providers.set(text, ready);
  return ready;
}

/** A resource whose provider is part of the program: the lab runs that very provider. */
export const dynamicKind: Kind = {
  create: async (inputs) => {
    const { id, outs } = await (await load(String(inputs.__provider))).create(inputs);
    return { id, outputs: { ...outs, __provider: inputs.__provider } };
  },
  drifted: async (id, before, inputs) =>
    (await (await load(String(inputs.__provider))).diff?.(id, before, inputs))?.changes ?? false,
  updatable: ["routes", "__provider"],
  update: async (id, inputs, before) => {
    const result = await (await load(String(inputs.__provider))).update?.(id, before, inputs);
    return { ...result?.outs, __provider: inputs.__provider };
  },
  remove: async (id, before) => {
    await (await load(String(before.__provider))).delete?.(id, before);
  },
};

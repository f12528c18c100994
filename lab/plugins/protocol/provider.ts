import { UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { answer, InitFailed } from "./answer";
import { check, Failure } from "./check";
import { checkConfig, decodeConfig } from "./config";
import { Change, diffResponse, leaves } from "./diff";
import { Tell } from "./engine";
import { changesOf, Context, Kind, NotReady, presentInputs } from "./kind";
import { Properties } from "./schema";
import { withDistinctSets } from "./sets";
import { hasUnknown, markLike, markSecret, message, plain, Props, raw } from "./values";

/** A function of a provider, which a program calls without making a resource. */
export interface Invocation {
  inputs: Properties;
  run(inputs: Props): Promise<Props>;
}

/** A Pulumi provider: what it can be told, and what it can make. */
export interface Provider {
  name: string;
  /** The version of the npm package that it stands in for. */
  version: string;
  config: Properties;
  /** Makes the kinds usable; undefined where the configuration is not known yet, at a preview. */
  configure?: (config: Props | undefined) => void | Promise<void>;
  /** Kinds by type token. */
  kinds: Readonly<Record<string, Kind>>;
  invocations?: Readonly<Record<string, Invocation>>;
  /** Differences of two configurations; by default those of the table. */
  configChanges?: (old: Props, goal: Props) => Change[];
  /** Whether the engine hands over secrets as secrets, and gets them back so; else it marks outputs that are named like a secret input. */
  acceptSecrets: boolean;
}

/** `urn:pulumi:stack::project::parent$type::name` */
const typeOf = (urn: string) => urn.split("::")[2]!.split("$").at(-1)!;
const plainProps = (props: Props) => plain(props) as Props;

/** The answers to the engine's requests (pulumi proto/pulumi/provider.proto). */
export function handlers(provider: Provider, tell: Tell): UntypedServiceImplementation {
  const context = (urn: string): Context => ({ tell: (text, severity) => tell(urn, text, severity) });
  const kindOf = (urn: string): Kind => {
    const type = typeOf(urn);
    const kind = provider.kinds[type];
    if (!kind) throw new Error(`The lab's plugin ${provider.name} does not implement ${type}`);
    return kind;
  };
  /** Outputs with the secrets of the kind, and those that the inputs have under the same names. */
  const outputs = (kind: Kind, state: Props, inputs: Props) => {
    const own = Object.entries(kind.inputs).flatMap(([name, { secret }]) => (secret ? [name] : []));
    const marked = markSecret(state, [...own, ...(kind.secretOutputs ?? [])]);
    return message(provider.acceptSecrets ? markLike(marked, inputs) : marked);
  };
  const made = async (kind: Kind, inputs: Props, work: () => Promise<{ id: string; state: Props }>) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NotReady)) throw error;
      const { id, state } = error.made;
      throw new InitFailed(id, outputs(kind, state, inputs), message(inputs), error.message);
    }
  };

  return {
    getPluginInfo: answer(() => new PluginInfo().setVersion(provider.version)),
    getSchema: answer(() =>
      new rpc.GetSchemaResponse().setSchema(JSON.stringify({ name: provider.name, version: provider.version })),
    ),
    checkConfig: answer((request: rpc.CheckRequest) =>
      checkResponse(raw(request.getNews()), checkConfig(provider.config, plainProps(raw(request.getNews())))),
    ),
    diffConfig: answer((request: rpc.DiffRequest) => {
      const [old, goal] = [request.getOldInputs() ?? request.getOlds(), request.getNews()].map((struct) =>
        decodeConfig(provider.config, plainProps(raw(struct))),
      ) as [Props, Props];
      return diffResponse((provider.configChanges ?? inputChanges(provider.config))(old, goal), true);
    }),
    configure: answer(async (request: rpc.ConfigureRequest) => {
      // Secrets come in wrappers here, whatever has been agreed upon.
      const config = decodeConfig(provider.config, plainProps(raw(request.getArgs())));
      await provider.configure?.(hasUnknown(config) ? undefined : config);
      return new rpc.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(provider.acceptSecrets);
    }),
    check: answer((request: rpc.CheckRequest) => {
      const kind = kindOf(request.getUrn());
      const news = raw(request.getNews());
      const inputs = plainProps(news);
      const failures = check(kind.inputs, inputs);
      if (failures.length === 0) failures.push(...(kind.check?.(inputs) ?? []));
      const kept = kind.normalize && failures.length === 0 ? markLike(kind.normalize(inputs), news) : news;
      return checkResponse(kept, failures);
    }),
    diff: answer((request: rpc.DiffRequest) => {
      const kind = kindOf(request.getUrn());
      const [state, inputs, goal] = [request.getOlds(), request.getOldInputs(), request.getNews()].map((struct) =>
        plainProps(raw(struct)),
      ) as [Props, Props, Props];
      const found = changesOf(kind, { state, inputs }, withDistinctSets(kind.inputs, goal));
      // Without a way to change it in place, whatever changes replaces.
      const all = kind.update ? found : found.map((change) => ({ ...change, replaces: true }));
      const response = diffResponse(all, kind.comparesInputs ?? false);
      if (all.some(({ replaces }) => replaces))
        response.setDeletebeforereplace(kind.deleteBeforeReplace?.(goal, state) ?? false);
      return response;
    }),
    create: answer(async (request: rpc.CreateRequest) => {
      const kind = kindOf(request.getUrn());
      const news = raw(request.getProperties());
      const inputs = withDistinctSets(kind.inputs, plainProps(news));
      if (request.getPreview()) {
        // What a preview's answer lacks counts as not known yet.
        const known = kind.previewCreate && !hasUnknown(inputs) ? await kind.previewCreate(inputs) : inputs;
        return new rpc.CreateResponse().setProperties(outputs(kind, known, news));
      }
      const { id, state } = await made(kind, news, () => kind.create(inputs, context(request.getUrn())));
      return new rpc.CreateResponse().setId(id).setProperties(outputs(kind, state, news));
    }),
    read: answer(async (request: rpc.ReadRequest) => {
      const kind = kindOf(request.getUrn());
      const [state, news] = [raw(request.getProperties()), raw(request.getInputs())];
      const known = Object.keys(state).length > 0;
      if (!known && kind.notImportable) throw new Error(kind.notImportable);
      const old = known ? { state: plainProps(state), inputs: plainProps(news) } : {};
      const now = kind.read ? await kind.read(request.getId(), old, context(request.getUrn())) : old.state;
      if (!now) return new rpc.ReadResponse();
      const inputs = presentInputs(kind, now, old.inputs);
      return new rpc.ReadResponse()
        .setId(request.getId())
        .setProperties(outputs(kind, now, news))
        .setInputs(message(markLike(inputs, news)));
    }),
    update: answer(async (request: rpc.UpdateRequest) => {
      const kind = kindOf(request.getUrn());
      const [before, news] = [plainProps(raw(request.getOlds())), raw(request.getNews())];
      const goal = withDistinctSets(kind.inputs, plainProps(news));
      if (!kind.update) throw new Error(`${typeOf(request.getUrn())} cannot be changed in place`);
      if (request.getPreview()) {
        const known =
          kind.previewUpdate && !hasUnknown(goal)
            ? await kind.previewUpdate(request.getId(), goal, before)
            : { ...before, ...goal };
        return new rpc.UpdateResponse().setProperties(outputs(kind, known, news));
      }
      const update = kind.update;
      const id = request.getId();
      const { state } = await made(kind, news, async () => ({
        id,
        state: await update(id, goal, before, context(request.getUrn())),
      }));
      return new rpc.UpdateResponse().setProperties(outputs(kind, state, news));
    }),
    delete: answer(async (request: rpc.DeleteRequest) => {
      await kindOf(request.getUrn()).remove(
        request.getId(),
        plainProps(raw(request.getProperties())),
        context(request.getUrn()),
      );
      return new Empty();
    }),
    invoke: answer(async (request: rpc.InvokeRequest) => {
      const invocation = provider.invocations?.[request.getTok()];
      if (!invocation) throw new Error(`The lab's plugin ${provider.name} does not implement ${request.getTok()}`);
      const inputs = plainProps(raw(request.getArgs()));
      const failures = check(invocation.inputs, inputs);
      if (failures.length > 0) return new rpc.InvokeResponse().setFailuresList(failures.map(failureMessage));
      return new rpc.InvokeResponse().setReturn(message(await invocation.run(inputs)));
    }),
    cancel: answer(() => new Empty()),
  };
}

export const service = services.ResourceProviderService;

/** Differences of old and new inputs by a table: what is not said is not there. */
export const inputChanges =
  (properties: Properties) =>
  (old: Props, goal: Props): Change[] => {
    const found = leaves(old, goal, [], false);
    return found.map((change) => ({ ...change, replaces: properties[String(change.path[0])]?.change === "replaces" }));
  };

const failureMessage = ({ property, reason }: Failure) =>
  new rpc.CheckFailure().setProperty(property).setReason(reason);

const checkResponse = (inputs: Props, failures: readonly Failure[]) =>
  new rpc.CheckResponse().setInputs(message(inputs)).setFailuresList(failures.map(failureMessage));

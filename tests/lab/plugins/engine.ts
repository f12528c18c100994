import { UntypedHandleCall } from "@grpc/grpc-js";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Tell } from "../../../lab/plugins/protocol/engine";
import { handlers, Provider } from "../../../lab/plugins/protocol/provider";
import { message, Props, raw } from "../../../lab/plugins/protocol/values";

/** One resource in the engine's state. */
export interface Resource {
  urn: string;
  id: string;
  inputs: Props;
  state: Props;
}

/** What a plugin said about a difference. */
export interface Difference {
  some: boolean;
  /** Kind by path, as `updates`, `adds replacing`. */
  detailed: Record<string, string>;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

export const urnOf = (type: string, name = "a") => `urn:pulumi:dev::hostroute::${type}::${name}`;

/** What the engine asks of a plugin, without the wire. Values are as on the wire: secrets in their wrappers. */
export class Engine {
  readonly told: string[] = [];
  private readonly methods: Record<string, UntypedHandleCall>;

  constructor(provider: Provider) {
    const tell: Tell = (_urn, text, severity = "info") =>
      this.told.push(severity === "info" ? text : `${severity}: ${text}`);
    this.methods = handlers(provider, tell) as Record<string, UntypedHandleCall>;
  }

  /** @throws Error with the plugin's words, and its gRPC metadata where it has any */
  call<Response>(method: string, request: unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      const handle = this.methods[method] as (
        call: { request: unknown },
        callback: (error: { details: string } | null, answer: Response) => void,
      ) => void;
      handle({ request }, (error, answer) =>
        error ? reject(Object.assign(new Error(error.details), error)) : resolve(answer),
      );
    });
  }

  async configure(config: Props): Promise<rpc.ConfigureResponse> {
    return this.call("configure", new rpc.ConfigureRequest().setArgs(message(config)).setAcceptsecrets(true));
  }

  async check(type: string, news: Props): Promise<{ inputs: Props; failures: Record<string, string> }> {
    const request = new rpc.CheckRequest().setUrn(urnOf(type)).setNews(message(news));
    const answer = await this.call<rpc.CheckResponse>("check", request);
    return { inputs: raw(answer.getInputs()), failures: failures(answer.getFailuresList()) };
  }

  async checkConfig(news: Props): Promise<Record<string, string>> {
    const request = new rpc.CheckRequest().setUrn(urnOf("pulumi:providers:x")).setNews(message(news));
    return failures((await this.call<rpc.CheckResponse>("checkConfig", request)).getFailuresList());
  }

  async create(type: string, given: Props): Promise<Resource> {
    const { inputs, failures } = await this.check(type, given);
    if (Object.keys(failures).length > 0) throw new Error(JSON.stringify(failures));
    const request = new rpc.CreateRequest().setUrn(urnOf(type)).setProperties(message(inputs));
    const answer = await this.call<rpc.CreateResponse>("create", request);
    return { urn: urnOf(type), id: answer.getId(), inputs, state: raw(answer.getProperties()) };
  }

  async previewCreate(type: string, inputs: Props): Promise<Props> {
    const request = new rpc.CreateRequest().setUrn(urnOf(type)).setProperties(message(inputs)).setPreview(true);
    return raw((await this.call<rpc.CreateResponse>("create", request)).getProperties());
  }

  async diff({ urn, id, inputs, state }: Resource, goal: Props): Promise<Difference> {
    const request = new rpc.DiffRequest().setUrn(urn).setId(id).setOlds(message(state)).setNews(message(goal));
    return difference(await this.call<rpc.DiffResponse>("diff", request.setOldInputs(message(inputs))));
  }

  async diffConfig(old: Props, goal: Props): Promise<Difference> {
    const request = new rpc.DiffRequest().setUrn(urnOf("pulumi:providers:x")).setNews(message(goal));
    return difference(await this.call<rpc.DiffResponse>("diffConfig", request.setOldInputs(message(old))));
  }

  async update(resource: Resource, goal: Props): Promise<Resource> {
    const request = new rpc.UpdateRequest().setUrn(resource.urn).setId(resource.id).setNews(message(goal));
    request.setOlds(message(resource.state)).setOldInputs(message(resource.inputs));
    const answer = await this.call<rpc.UpdateResponse>("update", request);
    return { ...resource, inputs: goal, state: raw(answer.getProperties()) };
  }

  /** As `pulumi refresh`. Undefined: it is gone. */
  async refresh({ urn, id, inputs, state }: Resource): Promise<Resource | undefined> {
    const request = new rpc.ReadRequest()
      .setUrn(urn)
      .setId(id)
      .setProperties(message(state))
      .setInputs(message(inputs));
    return this.read(request);
  }

  /** As `pulumi import`: by its id alone. */
  async import(type: string, id: string): Promise<Resource | undefined> {
    return this.read(new rpc.ReadRequest().setUrn(urnOf(type)).setId(id));
  }

  async remove({ urn, id, state }: Resource): Promise<void> {
    await this.call("delete", new rpc.DeleteRequest().setUrn(urn).setId(id).setProperties(message(state)));
  }

  async invoke(token: string, args: Props): Promise<{ result: Props; failures: Record<string, string> }> {
    const answer = await this.call<rpc.InvokeResponse>(
      "invoke",
      new rpc.InvokeRequest().setTok(token).setArgs(message(args)),
    );
    return { result: raw(answer.getReturn()), failures: failures(answer.getFailuresList()) };
  }

  private async read(request: rpc.ReadRequest): Promise<Resource | undefined> {
    const answer = await this.call<rpc.ReadResponse>("read", request);
    if (answer.getId() === "") return undefined;
    const [inputs, state] = [raw(answer.getInputs()), raw(answer.getProperties())];
    return { urn: request.getUrn(), id: answer.getId(), inputs, state };
  }
}

/** What a call fails with. */
export type Failure = Error & { metadata?: { get(name: string): Buffer[] } };

/** The resource that a failed call hands over all the same. */
export function initFailed({ metadata }: Failure): { id: string; reasons: string[]; state: Props } {
  const [bytes] = metadata!.get("grpc-status-details-bin");
  const [any] = Status.deserializeBinary(bytes!).getDetailsList();
  const detail = rpc.ErrorResourceInitFailed.deserializeBinary(any!.getValue_asU8());
  return { id: detail.getId(), reasons: detail.getReasonsList(), state: raw(detail.getProperties()) };
}

const failures = (list: rpc.CheckFailure[]) =>
  Object.fromEntries(list.map((failure) => [failure.getProperty(), failure.getReason()]));

function difference(answer: rpc.DiffResponse): Difference {
  const names = ["adds", "adds replacing", "deletes", "deletes replacing", "updates", "updates replacing"];
  const detailed = answer.getDetaileddiffMap();
  return {
    some: answer.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME,
    detailed: Object.fromEntries(
      detailed.getEntryList().map(([path]) => [path, names[detailed.get(path)!.getKind()]!]),
    ),
    replaces: answer.getReplacesList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
  };
}

import { isDeepStrictEqual } from "node:util";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { answer } from "../../../lab/plugins/protocol/answer";
import { message, plain, Props, raw } from "../../../lab/plugins/protocol/values";
import { serve } from "../../../lab/plugins/serve";
import { checkedInputs, outputsOf, resultOf } from "./instantAnswers";

/**
 * Any provider, with nothing behind it: takes every input, makes everything at once, and sees a change where inputs differ. It stands for dynamic
 * providers, too, so that what is measured and compared is the program and the engine alone. Called as `instant.ts VERSION ENGINE`.
 */
const [version = ""] = process.argv.slice(2);
const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
const plainOf = (struct: Struct | undefined) => plain(raw(struct)) as Props;
const named = (urn: string) => {
  const [, , types, name] = urn.split("::") as [string, string, string, string];
  return { type: types.split("$").at(-1)!, name };
};

function differences(request: rpc.DiffRequest): rpc.DiffResponse {
  const [old, goal] = [plainOf(request.getOldInputs()), plainOf(request.getNews())];
  const keys = new Set([...Object.keys(old), ...Object.keys(goal)]);
  const different = [...keys].filter((key) => !isDeepStrictEqual(old[key], goal[key]));
  return new rpc.DiffResponse().setChanges(different.length > 0 ? DIFF_SOME : DIFF_NONE).setDiffsList(different);
}

/** What a preview's answer lacks counts as not known yet. */
function made(urn: string, news: Struct | undefined, preview: boolean): Struct {
  const { type, name } = named(urn);
  return message(preview ? raw(news) : outputsOf(type, name, raw(news)));
}

const echo = answer((request: rpc.CheckRequest) => new rpc.CheckResponse().setInputs(request.getNews()));

serve(services.ResourceProviderService, {
  getPluginInfo: answer(() => new PluginInfo().setVersion(version)),
  checkConfig: echo,
  diffConfig: answer(differences),
  configure: answer(() => new rpc.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true)),
  check: answer((request: rpc.CheckRequest) =>
    new rpc.CheckResponse().setInputs(message(checkedInputs(named(request.getUrn()).type, raw(request.getNews())))),
  ),
  diff: answer(differences),
  create: answer((request: rpc.CreateRequest) =>
    new rpc.CreateResponse()
      .setId(request.getPreview() ? "" : `${named(request.getUrn()).name}-id`)
      .setProperties(made(request.getUrn(), request.getProperties(), request.getPreview())),
  ),
  update: answer((request: rpc.UpdateRequest) =>
    new rpc.UpdateResponse().setProperties(made(request.getUrn(), request.getNews(), request.getPreview())),
  ),
  delete: answer(() => new Empty()),
  invoke: answer((request: rpc.InvokeRequest) =>
    new rpc.InvokeResponse().setReturn(message(resultOf(request.getTok()))),
  ),
  cancel: answer(() => new Empty()),
});

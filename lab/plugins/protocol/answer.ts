import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { text } from "./values";

/** The engine's answer for a resource that exists but did not come up: an error that carries id and state. */
export class InitFailed extends Error {
  readonly metadata = new grpc.Metadata();

  constructor(id: string, state: Struct, inputs: Struct, reason: string) {
    super(reason);
    const detail = new ErrorResourceInitFailed();
    detail.setId(id);
    detail.setProperties(state);
    detail.setInputs(inputs);
    detail.setReasonsList([reason]);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(reason);
    status.addDetails(any);
    // Where grpc keeps an error's details; grpc-js has no interface for it (@pulumi/pulumi provider/server.ts does the same).
    this.metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
}

/** A gRPC method from a function; what it throws becomes the answer's error. */
export function answer<Request>(work: (request: Request) => unknown): grpc.UntypedHandleCall {
  return (call: { request: Request }, callback: grpc.sendUnaryData<unknown>) => {
    new Promise((resolve) => resolve(work(call.request))).then(
      (result) => callback(null, result),
      (error: unknown) => {
        const details = error instanceof Error ? error.message : text(error);
        const metadata = error instanceof InitFailed ? { metadata: error.metadata } : {};
        callback({ code: grpc.status.UNKNOWN, details, ...metadata });
      },
    );
  };
}

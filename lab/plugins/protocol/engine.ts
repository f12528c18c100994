import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Tells the user something about a resource. */
export type Tell = (urn: string, message: string, severity?: "info" | "warning") => void;

/** The engine that started this plugin shows what it is told. @param address as it gave it: the plugin's last argument */
export function engineAt(address: string): Tell {
  const client = new EngineClient(address, grpc.credentials.createInsecure());
  return (urn, message, severity = "info") => {
    const request = new LogRequest().setUrn(urn).setMessage(message);
    request.setSeverity(severity === "info" ? LogSeverity.INFO : LogSeverity.WARNING);
    // An engine that does not listen any more has ended: nobody is left to be told.
    client.log(request, () => undefined);
  };
}

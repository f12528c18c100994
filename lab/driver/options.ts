import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { unwrapped } from "./kinds";
import { DriverState } from "./state";

/** What of a resource's options the driver has to know. */
export interface Options {
  ignoreChanges: readonly string[];
  replacementTrigger: unknown;
}

/** Mocks are told a resource's inputs and not its options: those are taken from the request itself. Call it after `setMocks`. */
export function overhearOptions(): Map<string, Options> {
  const options = new Map<string, Options>();
  const monitor = getMonitor() as unknown as {
    registerResource(request: RegisterResourceRequest, callback: unknown): Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    options.set(DriverState.key({ type: request.getType(), name: request.getName() }), {
      ignoreChanges: request.getIgnorechangesList(),
      replacementTrigger: unwrapped(request.getReplacementTrigger()?.toJavaScript()),
    });
    return register(request, callback);
  };
  return options;
}

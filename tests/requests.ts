import * as pulumi from "@pulumi/pulumi";

/** What the engine is asked to register, as far as tests look at it (sdk/proto: RegisterResourceRequest). */
export interface Request {
  getType(): string;
  getName(): string;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): { toArray(): [string, string[]][] };
}
interface Monitor {
  registerResource: (request: Request, done: unknown) => unknown;
}

/** Records what is asked of the engine that the mocks stand for, from now on. */
export function spyOnRequests(): Request[] {
  const registered: Request[] = [];
  const { getMonitor } = pulumi.runtime as unknown as { getMonitor: () => Monitor };
  const monitor = getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    registered.push(request);
    return register(request, done);
  };
  return registered;
}

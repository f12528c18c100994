/**
 * How one sees that a service works: a TCP port or a Unix socket that takes connections, an HTTP answer, a fresh heartbeat in Nova's list.
 * `process` is for one that answers nobody: it works as long as it runs.
 */
type Probe =
  | { port: number; address?: string }
  | { socket: string | ((pid: number) => string) }
  | { http: number; address?: string }
  | "heartbeat"
  | "process";

export interface Service {
  command: string[];
  probe: Probe;
  env?: Record<string, string>;
}

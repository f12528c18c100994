import { etc } from "./configs";
import { venv } from "./environment";

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

export const words = (text: string) => text.split(" ");

/** An API, which has no server of its own any more: a WSGI application by its module. `argv` is what it sees as its command line. */
export const api = (port: number, module: string, env: Record<string, string>, argv?: string): Service => ({
  command: [
    ...words("uwsgi --plugins python3 --master --lazy-apps --enable-threads --die-on-term --buffer-size 65535"),
    // An application that does not load ends it.
    ...words("--processes 1 --threads 8 --thunder-lock --disable-logging --need-app"),
    ...["--http-socket", `127.0.0.1:${port}`, "--virtualenv", venv, "--module", `${module}:application`],
    // Without it, clients see resets on connections that they want to use again.
    ...["--add-header", "Connection: close"],
    ...(argv === undefined ? [] : ["--pyargv", argv]),
  ],
  env,
  probe: { http: port },
});

/** One of OpenStack's programs with its configuration files. */
export const program = (name: string, ...files: string[]) => [
  name,
  ...files.flatMap((file) => ["--config-file", etc(file)]),
];

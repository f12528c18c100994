import { controlPlaneRows } from "./controlPlaneRows";
import { etcdRows } from "./etcdRows";
import { FlagRow } from "./types";
import { workerRows } from "./workerRows";

/** Every flag of every program, for every release: the one table that command lines and docs/flags.md come from. */
export const flagTable: readonly FlagRow[] = [...etcdRows, ...controlPlaneRows, ...workerRows];

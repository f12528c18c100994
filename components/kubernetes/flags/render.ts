import { KubernetesVersion } from "../version";
import { flagTable } from "./table";
import { ComponentName, FlagRow, FlagValues } from "./types";

export interface RenderOptions {
  release: KubernetesVersion;
  /** The 1.4-era document's insecure settings; only in releases that had them. */
  allowInsecure: boolean;
}

const accepts = (row: FlagRow, minor: number) => minor >= (row.from ?? 0) && minor < (row.until ?? Infinity);

/** The rows that a component of a release is started with, in the table's order. */
export function rowsFor(component: ComponentName, { release, allowInsecure }: RenderOptions): FlagRow[] {
  const accepted = flagTable.filter((row) => row.component === component && accepts(row, release.minor));
  const insecure = allowInsecure && accepted.some((row) => row.insecure);
  return accepted.filter((row) => (row.insecure ? insecure : !(row.insteadOfInsecure && insecure)));
}

/** A component's arguments, `--flag=value` each: a pure function of table, release and values. */
export function renderFlags(component: ComponentName, values: FlagValues, options: RenderOptions): string[] {
  return rowsFor(component, options).map(({ flag, value }) => `--${flag}=${value(values)}`);
}

/** The insecure flags that a release would be started with: what the operator is warned of. */
export function insecureFlags(options: RenderOptions): string[] {
  return flagTable
    .filter((row) => options.allowInsecure && row.insecure && accepts(row, options.release.minor))
    .map((row) => `${row.component} --${row.flag}`);
}

/** The zone of the n-th node: by its own index alone, so that it never depends on its neighbours. */
export function zoneOf(zones: readonly string[], index: number): string | undefined {
  return zones.length === 0 ? undefined : zones[index % zones.length];
}

import { inGuest } from "../../../lab/guest";

/** Units that the program has written on a node, by what is there: the image's own are elsewhere, its masked ones are links. */
export async function ownUnits(instanceId: string): Promise<string[]> {
  const found = await inGuest(instanceId, [
    ..."find /etc/systemd/system -maxdepth 1 -type f -name *.* -printf".split(" "),
    "%f\\n",
  ]);
  return found.trim().split("\n").sort();
}

/** What `systemctl show` tells of a unit. */
export interface UnitState {
  Id: string;
  Type?: string;
  ActiveState: string;
  SubState: string;
  UnitFileState: string;
  Result?: string;
}
const PROPERTIES: readonly (keyof UnitState)[] = ["Id", "Type", "ActiveState", "SubState", "UnitFileState", "Result"];

export async function statesOf(instanceId: string, units: readonly string[]): Promise<UnitState[]> {
  return parseStates(await inGuest(instanceId, ["systemctl", "show", "-p", PROPERTIES.join(","), ...units]));
}

/** `systemctl show` of several units: a line for each property, an empty line between units. */
export function parseStates(text: string): UnitState[] {
  const blocks = text.trim().split(/\n{2,}/);
  const pair = (line: string) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)];
  return blocks.map((block) => Object.fromEntries(block.split("\n").map(pair)) as unknown as UnitState);
}

/** What is wrong with units: nothing may have failed, and what is enabled has to be up, or to have done its work. */
export function unitProblems(states: readonly UnitState[]): string[] {
  return states.flatMap(({ Id, Type, ActiveState, SubState, UnitFileState, Result = "success" }) => {
    const problem = [`${Id} is ${ActiveState} (${SubState}, ${Result})`];
    if (ActiveState === "active") return [];
    if (ActiveState === "failed" || SubState === "auto-restart" || Result !== "success") return problem;
    // What a timer, a path or another unit starts may rest, or be at work.
    const mayRest = UnitFileState !== "enabled" || (Type === "oneshot" && ActiveState === "inactive");
    return mayRest ? [] : problem;
  });
}

/** Enabled services that run for as long as the node does. */
export const daemons = (states: readonly UnitState[]) =>
  states
    .filter(
      ({ Id, Type, UnitFileState }) => Id.endsWith(".service") && UnitFileState === "enabled" && Type !== "oneshot",
    )
    .map(({ Id }) => Id);

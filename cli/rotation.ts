import { FIRST, Generations, inOrder, Rotated, ROTATED, same, shown } from "../components/settings/generations";
import { Outputs } from "../outputs";

/** Before the old key goes. */
const WAIT: Partial<Record<Rotated, string>> = {
  serviceAccount: ", an hour after that update, when no pod has a token of the old one any more",
};

/**
 * How far each rotation is, as lines, and which step comes next; none for a key that has never been rotated.
 * @param keys the output: it is written when an update has ended well, and so when all of the control plane has them
 */
export const rotationLines = (keys: Outputs["keys"]): string[] =>
  ROTATED.flatMap((kind) => {
    const generations = keys?.[kind];
    if (!generations || same(generations, FIRST)) return [];
    return [`keys.${kind}: ${shown(generations)}; ${next(kind, generations)}`];
  });

function next(kind: Rotated, generations: Generations): string {
  const { used } = generations;
  const [oldest, newest = oldest] = inOrder(generations);
  if (oldest === newest) return "the rotation is done";
  if (used !== newest) return `next, set used to ${newest} and run pulumi up`;
  return `next, take ${oldest} from known and run pulumi up${WAIT[kind] ?? ""}`;
}

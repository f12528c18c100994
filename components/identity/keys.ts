/**
 * Why keys cannot be given to a stack, and the ways out; undefined where they can, or none are.
 * @param made those that it was made with, as they were given; empty: its own; undefined: the stack is new
 * @param given those of the configuration; empty: none. Once they are in the state, they need not be there any more
 */
export function keysRefusal(made: string | undefined, given: string): string | undefined {
  if (given === "" || made === undefined || made === given) return undefined;
  return [
    `hostroute:recovery is for a new stack, and this one has ${made === "" ? "keys of its own" : "other keys, which it was given"}; nothing was touched.`,
    "  With new authorities, none of its nodes would trust another any more, and Secrets could not be read.",
    "  To go on with this cluster, remove the key: pulumi config rm hostroute:recovery. For a cluster with those keys, make a new stack; or, where " +
      "nothing in this one is needed any more, pulumi destroy and then pulumi up.",
  ].join("\n");
}

import { membersJoin } from "../../kubernetes/version";
import { FIRST, Generations, ROTATED, same, shown } from "../generations";
import { Problem } from "../problem";
import { has } from "../values";
import { Check, check } from "./check";

/** At a time: the one that comes, and the one that goes. */
const MOST = 2;

function problemsOf(key: string, generations: Generations): Problem[] {
  const { known, used } = generations;
  const found = (member: keyof Generations, problem: string, remedy: string): Problem => ({
    key: `${key}.${member}`,
    value: member === "used" ? used : `[${known.join(", ")}]`,
    problem,
    remedy,
  });
  if (new Set(known).size < known.length)
    return [found("known", "names a generation twice", "Name each generation once.")];
  if (known.length === 0 || known.length > MOST)
    return [
      found("known", "is not one generation or two", "Name the one that is used, and the one that comes or goes."),
    ];
  return known.includes(used)
    ? []
    : [found("used", `is not among ${key}.known [${known.join(", ")}]`, "Use one of those, or add it there first.")];
}

/** Each kind by itself, as far as it is known. */
const forms = check(["keys"], ({ keys }) =>
  ROTATED.flatMap((kind) => {
    const generations = keys[kind];
    return generations && has<Generations>(generations, ["known", "used"])
      ? problemsOf(`keys.${kind}`, generations)
      : [];
  }),
);

/** Private keys reach control-plane nodes by new servers, whose members of etcd have to join by themselves. */
const release = check(["keys", "kubernetesVersion", "release"], ({ keys, kubernetesVersion, release }) =>
  ROTATED.flatMap((kind) => {
    const generations = keys[kind];
    if (membersJoin(release) || !generations || !has<Generations>(generations, ["known", "used"])) return [];
    if (same(generations, FIRST)) return [];
    return [
      {
        key: `keys.${kind}`,
        value: shown(generations),
        problem: `cannot be with Kubernetes ${kubernetesVersion}, whose control-plane servers are never replaced`,
        remedy: "Choose 1.24 or later, or remove it.",
      },
    ];
  }),
);

export const rotationChecks: readonly Check[] = [forms, release];

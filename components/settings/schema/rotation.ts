import { z } from "zod";

/** Far more than a cluster sees, and of few digits: they are part of resources' names. */
const generation = z.int().min(1).max(9_999);

const generations = (what: string, known: string, used: string) =>
  z
    .strictObject({
      known: z.array(generation).default([1]).meta({
        description: known,
        rule: "one or two, each once; a new one is higher than all before",
      }),
      used: generation.default(1).meta({ description: used, rule: "one of `known`" }),
    })
    .prefault({})
    .meta({ description: what });

export const rotation = z
  .strictObject({
    authorities: generations(
      "The three certificate authorities, all together.",
      "Generations whose certificates are trusted.",
      "The generation that issues them.",
    ),
    serviceAccount: generations(
      "The key that signs service accounts' tokens.",
      "Generations by which tokens are accepted.",
      "The generation that signs them.",
    ),
    encryption: generations(
      "The key that encrypts Secrets in etcd.",
      "Generations by which Secrets can be read.",
      "The generation that encrypts them.",
    ),
  })
  .meta({
    description:
      "Generations of the cluster's keys, by number. A key is rotated in three updates: the new generation is known beside the old one, then it is used, then the old one goes. A step that is not the next one is refused.",
  });

import { waitFor } from "../../shell";
import { Change, changes } from "../protocol/diff";
import { Kind, NotReady } from "../protocol/kind";
import { Properties } from "../protocol/schema";
import { list, Props } from "../protocol/values";
import { Cloud, Item } from "./api";

/** One of Neutron's collections as a kind. */
export interface Collection {
  cloud: Cloud;
  /** As in the URL: `security-groups`. */
  plural: string;
  /** As in bodies: `security_group`. */
  singular: string;
  inputs: Properties;
  /** The body of a creation. */
  body(goal: Props): Props | Promise<Props>;
  /** The members of the body that an update may carry, by the input that they come from. */
  mutable?: Readonly<Record<string, string>>;
  /** A thing's outputs, without id, region and tags. `known` is what the state had before, if anything. */
  state(item: Item, known: Props): Props | Promise<Props>;
  /** What the state remembers of a creation's inputs, because the API does not say it. */
  remembered?: readonly string[];
  changes?: (found: Change[]) => Change[];
}

/** The kind of a collection: created, read, changed and deleted as terraform-provider-openstack does. */
export function collection(of: Collection): Kind {
  const { cloud, plural, singular, inputs } = of;
  const { network } = cloud;
  const base = `/v2.0/${plural}`;
  const tagged = "tags" in inputs;

  const stateOf = async (item: Item, known: Props): Promise<Props> => {
    const kept = Object.fromEntries((of.remembered ?? []).map((key) => [key, known[key]]));
    const state = { ...kept, ...(await of.state(item, known)), region: cloud.region(), id: item.id };
    return tagged ? { ...state, ...tagState(list(item.tags), known) } : state;
  };
  const tag = (id: string, tags: string[]) => network.put(`${base}/${id}/tags`, { tags });
  const read = async (id: string, known: Props): Promise<Props | undefined> => {
    const answer = await network.find(`${base}/${id}`);
    return answer && stateOf(answer[singular] as Item, known);
  };

  return {
    inputs,
    ...(of.changes ? { changes: ({ state }, goal) => of.changes!(changes(inputs, state, goal)) } : {}),
    create: async (goal) => {
      const { [singular]: item } = await network.post(base, { [singular]: said(await of.body(goal)) });
      const { id } = item as Item;
      const tags = list<string>(goal.tags);
      try {
        if (tags.length > 0) await tag(id, tags);
      } catch (error) {
        // It is there, and has to stand in the state: terraform has set its id before, too.
        throw new NotReady({ id, state: (await read(id, goal))! }, (error as Error).message);
      }
      return { id, state: (await read(id, goal))! };
    },
    read: (id, { state }) => read(id, state ?? {}),
    ...((of.mutable ?? tagged)
      ? {
          update: async (id, goal, state) => {
            const changed = new Set(changes(inputs, state, goal).map(({ path }) => String(path[0])));
            const body = await of.body(withDefaults(inputs, goal));
            const members = Object.entries(of.mutable ?? {}).filter(([input]) => changed.has(input));
            if (members.length > 0) {
              const change = Object.fromEntries(
                members.map(([input, member]) => [member, body[member] ?? empty(inputs, input)]),
              );
              await network.put(`${base}/${id}`, { [singular]: change });
            }
            if (changed.has("tags")) await tag(id, goalTags(list(state.allTags), list(state.tags), list(goal.tags)));
            return (await read(id, goal))!;
          },
        }
      : {}),
    remove: async (id) => {
      // 409: something that is on its way out still uses it.
      await waitFor(`${singular} ${id} to go`, () => network.remove(`${base}/${id}`), 60_000, cloud.pause);
      await waitFor(
        `${singular} ${id} to be gone`,
        async () => !(await network.find(`${base}/${id}`)),
        60_000,
        cloud.pause,
      );
    },
  };
}

const said = (body: Props): Props =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const withDefaults = (inputs: Properties, goal: Props): Props => ({
  ...Object.fromEntries(Object.entries(inputs).map(([name, property]) => [name, property.default])),
  ...goal,
});

/** What takes a property back that is no longer said. */
function empty(inputs: Properties, name: string): unknown {
  const type = inputs[name]!.type;
  if (typeof type === "object" && ("list" in type || "set" in type)) return [];
  return type === "string" ? "" : null;
}

/** `tags` is what of the wanted ones is there, `allTags` what is there (terraform-provider-openstack util.go, expandObjectReadTags). */
export function tagState(all: string[], { tags }: Props): Props {
  const wanted = list<string>(tags);
  const present = wanted.filter((tag) => all.includes(tag));
  return { allTags: [...all].sort(), tags: present };
}

/** Tags of others stay (util.go, expandObjectUpdateTags). */
export const goalTags = (all: string[], old: string[], goal: string[]): string[] => [
  ...new Set([...all.filter((tag) => !old.includes(tag)), ...goal]),
];

import { Kind } from "../protocol/kind";
import { Properties, replaces } from "../protocol/schema";
import { list, Props } from "../protocol/values";
import { Cloud, Item } from "./api";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_compute_servergroup_v2.go, ${field}: ForceNew`;

const inputs: Properties = {
  name: { type: "string", required: true, ...replaces(of("name")) },
  policies: { type: { list: "string" }, ...replaces(of("policies")) },
};

/** Nothing of it can be changed: Nova has no request for that. */
export function serverGroup({ computeWithGroups, region }: Cloud): Kind {
  const path = (id: string) => `/os-server-groups/${id}`;
  const read = async (id: string): Promise<Props | undefined> => {
    const answer = await computeWithGroups.find(path(id));
    if (!answer) return undefined;
    const { name, policies, members } = answer.server_group as Item;
    // What the provider says of a group without rules (`max_server_per_host`), which it reads as a number.
    const rules = { maxServerPerHost: 0 };
    return { id, name, policies: list(policies), members: list(members), rules, region: region() };
  };
  return {
    inputs,
    // Of the list's schema, MinItems and MaxItems.
    check: ({ policies }) =>
      policies === undefined || list(policies).length === 1
        ? []
        : [{ property: "policies", reason: "must hold exactly one policy" }],
    create: async ({ name, policies }) => {
      const body = { server_group: { name, policies: list(policies) } };
      const { id } = (await computeWithGroups.post("/os-server-groups", body)).server_group as Item;
      return { id, state: (await read(id))! };
    },
    read: (id) => read(id),
    remove: async (id) => {
      await computeWithGroups.remove(path(id));
    },
  };
}

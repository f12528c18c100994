import { waitFor } from "../../shell";
import { changes } from "../protocol/diff";
import { Context, Kind, NotReady } from "../protocol/kind";
import { list, Props, text } from "../protocol/values";
import { Cloud, Item } from "./api";
import { goalTags } from "./collection";
import { instanceInputs, refuseVolumes } from "./instanceInputs";
import { instanceState } from "./instanceState";
import { flavorNamed, imageNamed } from "./lookups";

type Server = Item & { status: string; fault?: unknown };

/** What is base64 already goes on as it is (gophercloud, servers.CreateOpts.ToServerCreateMap). */
const inBase64 = (userData: string) =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(userData)
    ? userData
    : Buffer.from(userData).toString("base64");

export function instance(cloud: Cloud): Kind {
  const { compute, computeWithTags, pause } = cloud;
  const flavorId = async (name: unknown) => (await flavorNamed(cloud, name)).id;
  const imageId = async (name: unknown) => (await imageNamed(cloud, name)).id;
  const server = async (id: string) => (await compute.find(`/servers/${id}`))?.server as Server | undefined;

  /** Waits for one of the states. @throws Error when the server fails or vanishes meanwhile */
  const settled = async (id: string, what: string, states: string[]): Promise<Server> => {
    let now: Server | undefined;
    await waitFor(
      `instance ${id} to ${what}`,
      async () => {
        now = await server(id);
        return !now || [...states, "ERROR"].includes(now.status);
      },
      600_000,
      pause,
    );
    if (!now) throw new Error(`Instance ${id} vanished while it was to ${what}`);
    if (now.status === "ERROR") throw new Error(`Instance ${id} was to ${what}: ${JSON.stringify(now.fault ?? {})}`);
    return now;
  };
  const act = (id: string, action: Props) => compute.post(`/servers/${id}/action`, action);

  /** Nova has the guest shut down (`shutdown_timeout`), and a server that does not stop is deleted as it is (Delete, stop_before_destroy). */
  const stop = async (id: string) => {
    try {
      await act(id, { "os-stop": null });
      await settled(id, "stop", ["SHUTOFF"]);
    } catch (failure) {
      return (failure as Error).message;
    }
  };

  const remove = async (id: string, { stopBeforeDestroy }: Props, { tell }: Context) => {
    const problem = stopBeforeDestroy === true ? await stop(id) : undefined;
    if (problem) tell(`Deleted without being stopped: ${problem}`, "warning");
    await compute.remove(`/servers/${id}`);
    await waitFor(`instance ${id} to go`, async () => !(await server(id)), 300_000, pause);
  };

  return {
    inputs: instanceInputs,
    secretOutputs: ["adminPass"],
    check: refuseVolumes,
    create: async (goal) => {
      // Not before: of an image that is ignored (`ignoreChanges`) the goal may have none (getImageIDFromConfig).
      if (goal.imageName === undefined) throw new Error("A server without a boot device needs an imageName");
      const body = {
        name: goal.name,
        flavorRef: await flavorId(goal.flavorName),
        imageRef: await imageId(goal.imageName),
        networks: list<Props>(goal.networks).map(({ port }) => ({ port })),
        ...(goal.userData === undefined ? {} : { user_data: inBase64(text(goal.userData)) }),
        ...(list(goal.tags).length > 0 ? { tags: goal.tags } : {}),
        ...(goal.metadata === undefined ? {} : { metadata: goal.metadata }),
        ...(goal.availabilityZone ? { availability_zone: goal.availabilityZone } : {}),
        ...(goal.keyPair ? { key_name: goal.keyPair } : {}),
      };
      const [hint] = list<Props>(goal.schedulerHints);
      const hints = hint ? { "os:scheduler_hints": { group: hint.group } } : {};
      const { id } = (await computeWithTags.post("/servers", { server: body, ...hints })).server as Item;
      try {
        const made = await settled(id, "become active", ["ACTIVE"]);
        return { id, state: await instanceState(cloud, made, goal) };
      } catch (failure) {
        // Terraform has set its id before it waits (resource_openstack_compute_instance_v2.go, Create): the server stays in the state.
        const left = await server(id);
        if (!left) throw failure;
        throw new NotReady({ id, state: await instanceState(cloud, left, goal) }, (failure as Error).message);
      }
    },
    read: async (id, { state }) => {
      const now = await server(id);
      return now && now.status !== "DELETED" && now.status !== "SOFT_DELETED"
        ? instanceState(cloud, now, state ?? {})
        : undefined;
    },
    update: async (id, goal, state) => {
      const changed = new Set(changes(instanceInputs, state, goal).map(({ path }) => String(path[0])));
      if (changed.has("name")) await compute.put(`/servers/${id}`, { server: { name: goal.name } });
      if (changed.has("flavorName")) {
        await act(id, { resize: { flavorRef: await flavorId(goal.flavorName) } });
        await settled(id, "be resized", ["VERIFY_RESIZE"]);
        await act(id, { confirmResize: null });
        await settled(id, "be resized", ["ACTIVE", "SHUTOFF"]);
      }
      if (changed.has("imageName")) {
        await act(id, { rebuild: { imageRef: await imageId(goal.imageName) } });
        await settled(id, "be rebuilt", ["ACTIVE", "SHUTOFF"]);
      }
      if (changed.has("tags")) {
        const tags = goalTags(list(state.allTags), list(state.tags), list(goal.tags));
        await computeWithTags.put(`/servers/${id}/tags`, { tags });
      }
      if (changed.has("metadata")) {
        const [was, wanted] = [state.metadata ?? {}, goal.metadata ?? {}] as Props[];
        for (const key of Object.keys(was!).filter((each) => !(each in wanted!)))
          await compute.remove(`/servers/${id}/metadata/${key}`);
        await compute.post(`/servers/${id}/metadata`, { metadata: wanted });
      }
      // What is ignored or cannot change in place stays as the state has it.
      const { userData, networks, schedulerHints } = state;
      return instanceState(cloud, (await server(id))!, { ...goal, userData, networks, schedulerHints });
    },
    remove,
  };
}

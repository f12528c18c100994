import { waitFor } from "../../../shell";
import { changes } from "../../protocol/diff";
import { Kind } from "../../protocol/kind";
import { Properties } from "../../protocol/schema";
import { Props } from "../../protocol/values";
import { ApiError, Cloud, Item } from "../api";

/** A load balancer, or something in one, as a kind. */
export interface Thing {
  cloud: Cloud;
  /** As in bodies: `healthmonitor`. */
  singular: string;
  inputs: Properties;
  /** Where such things are, by what is said of one: `/pools/ID/members`. */
  collection(said: Props): string;
  /** The body of a creation. */
  body(goal: Props): Props;
  /** The members of the body that an update may carry, by the input that they come from. */
  mutable: Readonly<Record<string, string>>;
  /** A thing's outputs, without id and region. `known` is what the state had before, if anything. */
  state(item: Item, known: Props): Props | Promise<Props>;
  /** The balancer that it is in, or is: while that is busy, nothing in it can be changed. @throws Error where its pool is gone */
  balancer(said: Props, id?: string): Promise<string | undefined>;
  /** Cannot be deleted without its pool, not even when both are gone. */
  needsPool?: true;
  notImportable?: string;
}

/** Paths of Octavia's API. */
export const lbaas = (path: string) => `/v2.0/lbaas${path}`;

const [MAKING, REMOVING] = [600_000, 300_000];

/**
 * Made, read, changed and deleted as terraform-provider-openstack does: one request at a time, each between two waits for the balancer
 * (lb_v2_shared.go). What fails on its way to ACTIVE is in Octavia and not in the state: the provider sets its id after the wait.
 */
export function thing(of: Thing): Kind {
  const { singular, inputs, cloud } = of;
  const { balancers, pause, region } = cloud;
  const path = (said: Props, id: string) => lbaas(`${of.collection(said)}/${id}`);

  const active = async (id: string) => {
    const status = await waitFor(`load balancer ${id} to be ready`, () => settled(cloud, id), MAKING, pause);
    if (status !== "ACTIVE") throw new Error(`Load balancer ${id} was to become ACTIVE and is ${status}`);
  };
  const read = async (id: string, known: Props): Promise<Props | undefined> => {
    const answer = await balancers.find(path(known, id));
    return answer && { ...(await of.state(answer[singular] as Item, known)), id, region: region() };
  };

  return {
    inputs,
    ...(of.notImportable === undefined ? {} : { notImportable: of.notImportable }),
    create: async (goal) => {
      const parent = await of.balancer(goal);
      if (parent !== undefined) await active(parent);
      const body = { [singular]: said(of.body(goal)) };
      const post = () => balancers.post(lbaas(of.collection(goal)), body);
      const made = await unlessBusy(cloud, `${singular} to be made`, MAKING, post);
      const { id } = made[singular] as Item;
      await active(parent ?? id);
      return { id, state: (await read(id, goal))! };
    },
    read: (id, { state }) => read(id, state ?? {}),
    update: async (id, goal, state) => {
      const balancer = (await of.balancer(state, id))!;
      await active(balancer);
      const changed = new Set(changes(inputs, state, goal).map((change) => String(change.path[0])));
      const body = of.body(goal);
      const entries = Object.entries(of.mutable).filter(([input]) => changed.has(input));
      const members = Object.fromEntries(entries.map(([, member]) => [member, body[member] ?? null]));
      const put = () => balancers.put(path(goal, id), { [singular]: members });
      await unlessBusy(cloud, `${singular} ${id} to be changed`, MAKING, put);
      await active(balancer);
      return (await read(id, goal))!;
    },
    remove: async (id, state) => {
      if (of.needsPool) await of.balancer(state, id);
      const done = async () => {
        if (!(await balancers.remove(path(state, id)))) throw new ApiError(`${singular} ${id} is in use`, 409);
      };
      await unlessBusy(cloud, `${singular} ${id} to go`, REMOVING, done);
      const gone = async () => !(await balancers.find(path(state, id)));
      await waitFor(`${singular} ${id} to be gone`, gone, REMOVING, pause);
    },
  };
}

/** A balancer's status; undefined while something is under way. */
async function settled({ balancers }: Cloud, id: string): Promise<string | undefined> {
  const answer = await balancers.find(lbaas(`/loadbalancers/${id}`));
  if (!answer) return "gone";
  const status = (answer.loadbalancer as Props).provisioning_status as string;
  return status.startsWith("PENDING_") ? undefined : status;
}

/** Answers that say that something is busy (`checkForRetryableError`). */
const BUSY = [409, 500, 502, 503, 504];

/** Asks again while something is busy. */
async function unlessBusy<T>(cloud: Cloud, what: string, longest: number, ask: () => Promise<T>): Promise<T> {
  let refusal: unknown;
  const answer = await waitFor(
    what,
    async () => {
      try {
        return { value: await ask() };
      } catch (error) {
        if (error instanceof ApiError && BUSY.includes(error.status)) throw error;
        refusal = error;
        return {};
      }
    },
    longest,
    cloud.pause,
  );
  if (!("value" in answer)) throw refusal;
  return answer.value as T;
}

const said = (body: Props): Props =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { LazySession } from "../../openstack/lazySession";
import { dropKey, Folder, hasContainer, putContainer, readLatest, snapshots, storageUrl } from "./swift";

export interface StoreInputs extends Folder {
  /** How long temporary URLs are good for, and how long before their end an update renews them; both in hours. */
  validityHours: number;
  earlyRenewalHours: number;
  /** What the cluster is to begin with: a snapshot's name, or `latest`. */
  restoreFrom?: string | undefined;
}

export interface StoreState extends StoreInputs {
  storageUrl: string;
  /** Signs temporary URLs; a secret. */
  key: string;
  /** When those end: Unix time, in seconds. */
  expires: number;
}

const HOUR = 3600;
const KEY_BYTES = 32;

/**
 * A cluster's folder in a container of the cloud's object store, with a key by which temporary URLs are signed. The container is made where there
 * is none, and stays with all that is in it when the resource is deleted; its URLs do not work any more then.
 * It runs in Pulumi's dynamic-provider process and may use nothing that cannot be serialised.
 */
export class StoreProvider implements pulumi.dynamic.ResourceProvider<StoreInputs, StoreState> {
  private cloud = new LazySession(() => undefined);

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    this.cloud = new LazySession((key) => request.config.get(`openstack:${key}`));
    return Promise.resolve();
  }

  /** Refuses to begin with a snapshot that is not there, before anything is touched. */
  async check(olds: Partial<StoreState>, news: StoreInputs): Promise<pulumi.dynamic.CheckResult<StoreInputs>> {
    if (news.restoreFrom === undefined || news.restoreFrom === olds.restoreFrom) return { inputs: news };
    const reason = await this.missing(news, news.restoreFrom);
    return { inputs: news, ...(reason === undefined ? {} : { failures: [{ property: "restoreFrom", reason }] }) };
  }

  async create(inputs: StoreInputs): Promise<pulumi.dynamic.CreateResult<StoreState>> {
    const session = await this.cloud.open();
    const key = randomBytes(KEY_BYTES).toString("hex");
    await putContainer(session, inputs.container, key);
    const outs = { ...inputs, storageUrl: storageUrl(session), key, expires: expiry(inputs) };
    return { id: `${inputs.container}/${inputs.prefix}`, outs };
  }

  async read(id: string, props?: StoreState): Promise<pulumi.dynamic.ReadResult<StoreState>> {
    return props && (await hasContainer(await this.cloud.open(), props.container)) ? { id, props } : {};
  }

  diff(_id: string, before: StoreState, inputs: StoreInputs): Promise<pulumi.dynamic.DiffResult> {
    const replaces = (["container", "prefix"] as const).filter((each) => before[each] !== inputs[each]);
    const rest = ["validityHours", "earlyRenewalHours", "restoreFrom"] as const;
    const changes = replaces.length > 0 || due(before) || rest.some((each) => before[each] !== inputs[each]);
    // A container of the same name is not made a second time: only its key changes.
    return Promise.resolve({ changes, replaces, deleteBeforeReplace: true });
  }

  async update(_id: string, before: StoreState, inputs: StoreInputs): Promise<pulumi.dynamic.UpdateResult<StoreState>> {
    const session = await this.cloud.open();
    // Somebody may have taken the container, or its key, away.
    await putContainer(session, inputs.container, before.key);
    return { outs: { ...inputs, storageUrl: storageUrl(session), key: before.key, expires: expiry(inputs) } };
  }

  async delete(_id: string, { container }: StoreState): Promise<void> {
    await dropKey(await this.cloud.open(), container);
  }

  private async missing(folder: Folder, wanted: string): Promise<string | undefined> {
    const session = await this.cloud.open();
    const found = await snapshots(session, folder);
    const name = wanted === "latest" ? (await readLatest(session, folder))?.name : wanted;
    if (name !== undefined && found.includes(name)) return undefined;
    const what = wanted === "latest" && name !== undefined ? `${name}, which latest names` : wanted;
    const way = found.length > 0 ? `There are: ${found.slice(-NAMED).join(", ")}.` : "There is no snapshot there.";
    return `hostroute:snapshots.restoreFrom: ${folder.container}/${folder.prefix} has no ${what}; nothing was touched. ${way}`;
  }
}

/** How many of a folder's snapshots a message names. */
const NAMED = 5;

const expiry = ({ validityHours }: StoreInputs) => Math.floor(Date.now() / 1000) + validityHours * HOUR;

const due = ({ expires, earlyRenewalHours }: StoreState) => Date.now() / 1000 > expires - earlyRenewalHours * HOUR;

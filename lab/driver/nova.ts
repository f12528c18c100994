import { Session } from "../../components/openstack/session";
import { waitFor } from "../shell";
import { Kind, Made } from "./kinds";
import { ask } from "./neutron";
import { Props } from "./state";

type Item = Props & { id: string; name: string; status: string };

/** Instances and key pairs, by Pulumi type. */
export function novaKinds(session: Session): Record<string, Kind> {
  return {
    "openstack:compute/instance:Instance": instance(session),
    "openstack:compute/keypair:Keypair": keypair(session),
  };
}

const TAGS = { "OpenStack-API-Version": "compute 2.52" };

function instance(session: Session): Kind {
  const nova = (method: string, path: string, body?: unknown, accept: number[] = []) =>
    ask(session, "compute", method, path, body, accept, TAGS);
  const named = async (service: string, path: string, key: string, name: unknown) => {
    const { answer } = await ask(session, service, "GET", path);
    const found = (answer[key] as Item[]).find((item) => item.name === name);
    if (!found) throw new Error(`The cloud has no ${key.slice(0, -1)} ${String(name)}`);
    return found.id;
  };
  const active = async (id: string, inputs: Props): Promise<Made> => {
    let server: (Item & { fault?: unknown }) | undefined;
    await waitFor(
      `instance ${String(inputs.name)}`,
      async () => {
        server = (await nova("GET", `/servers/${id}`)).answer.server as Item;
        return ["ACTIVE", "ERROR"].includes(server.status);
      },
      300_000,
      1_000,
    );
    if (server?.status === "ERROR") throw new Error(`Instance ${String(inputs.name)}: ${JSON.stringify(server.fault)}`);
    return { id, outputs: inputs };
  };
  const remove = async (id: string) => {
    await nova("DELETE", `/servers/${id}`, undefined, [404]);
    await waitFor(
      `instance ${id} to go`,
      async () => (await nova("GET", `/servers/${id}`, undefined, [404])).status === 404,
      180_000,
      1_000,
    );
  };
  return {
    find: async (inputs) => {
      const { answer } = await nova("GET", `/servers/detail?name=%5E${String(inputs.name)}%24`);
      const [server] = answer.servers as Item[];
      if (!server) return undefined;
      if (server.status !== "ERROR") return active(server.id, inputs);
      await remove(server.id);
      return undefined;
    },
    create: async (inputs) => {
      const flavor = await named("compute", "/flavors", "flavors", inputs.flavorName);
      const image = await named("image", `/v2/images?name=${String(inputs.imageName)}`, "images", inputs.imageName);
      const server = {
        name: inputs.name,
        flavorRef: flavor,
        imageRef: image,
        networks: (inputs.networks as Props[]).map(({ port }) => ({ port })),
        user_data: Buffer.from(String(inputs.userData)).toString("base64"),
        tags: inputs.tags,
        ...(inputs.availabilityZone ? { availability_zone: inputs.availabilityZone } : {}),
        ...(inputs.keyPair ? { key_name: inputs.keyPair } : {}),
      };
      const { answer } = await nova("POST", "/servers", { server });
      return active((answer.server as Item).id, inputs);
    },
    exists: async (id) => (await nova("GET", `/servers/${id}`, undefined, [404])).status === 200,
    remove,
  };
}

function keypair(session: Session): Kind {
  return {
    create: async (inputs) => {
      await ask(
        session,
        "compute",
        "POST",
        "/os-keypairs",
        { keypair: { name: inputs.name, public_key: inputs.publicKey } },
        [409],
      );
      return { id: String(inputs.name), outputs: inputs };
    },
    remove: (id) => ask(session, "compute", "DELETE", `/os-keypairs/${id}`, undefined, [404]).then(() => undefined),
  };
}

import { Kind } from "../protocol/kind";
import { replaces } from "../protocol/schema";
import { Props, text } from "../protocol/values";
import { Cloud } from "./api";
import { SOURCE } from "./source";

const of = (field: string) => `${SOURCE}/resource_openstack_compute_keypair_v2.go, ${field}: ForceNew`;

/** Its id is its name. */
export function keypair({ compute, region }: Cloud): Kind {
  const path = (id: string) => `/os-keypairs/${encodeURIComponent(id)}`;
  const read = async (id: string): Promise<Props | undefined> => {
    const answer = await compute.find(path(id));
    if (!answer) return undefined;
    const { name, public_key, fingerprint } = answer.keypair as Props;
    return { id, name, publicKey: public_key, privateKey: "", fingerprint, userId: "", region: region() };
  };
  return {
    inputs: {
      name: { type: "string", required: true, ...replaces(of("name")) },
      publicKey: { type: "string", required: true, ...replaces(of("public_key")) },
    },
    secretOutputs: ["privateKey"],
    create: async ({ name, publicKey }) => {
      await compute.post("/os-keypairs", { keypair: { name, public_key: publicKey } });
      const id = text(name);
      return { id, state: (await read(id))! };
    },
    read,
    remove: async (id) => {
      await compute.remove(path(id));
    },
  };
}

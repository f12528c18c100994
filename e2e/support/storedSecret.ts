import { PKI } from "../../components/kubernetes/flags/paths";
import { inGuest } from "../../lab/guest";
import { controlPlane } from "./cloud";

/** What etcd says, asked as the API server of the first control-plane node asks. */
async function etcdctl(...args: string[]): Promise<{ key: string; value: string }[]> {
  const connection = ["--endpoints=https://127.0.0.1:2379", `--cacert=${PKI}/etcd-ca.crt`];
  const client = [`--cert=${PKI}/apiserver-etcd-client.crt`, `--key=${PKI}/apiserver-etcd-client.key`];
  const command = ["etcdctl", ...connection, ...client, "get", ...args, "--write-out=json"];
  const { kvs = [] } = JSON.parse(await inGuest(controlPlane().instanceId, command)) as {
    kvs?: { key: string; value: string }[];
  };
  const text = (base64: string) => Buffer.from(base64, "base64").toString("latin1");
  return kvs.map(({ key, value }) => ({ key: text(key), value: text(value) }));
}

/** What etcd holds for a key. */
export const stored = async (key: string): Promise<string> => (await etcdctl(key))[0]!.value;

/** By which keys etcd's Secrets are encrypted, by the name that stands before each: `key1`. */
export async function encryptedBy(): Promise<Set<string | undefined>> {
  const secrets = await etcdctl("--prefix", "/registry/secrets/");
  return new Set(secrets.map(({ value }) => /^k8s:enc:secretbox:v1:(\w+):/.exec(value)?.[1]));
}

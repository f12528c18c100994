import { randomUUID } from "node:crypto";
import { inGuest } from "../../lab/guest";
import { controlPlane } from "../support/cloud";
import { kubectl } from "../support/kube";
import { stored } from "../support/storedSecret";

const NAME = "check-encryption";
/** Found nowhere else, and not each other's. */
const secret = `secret-${randomUUID()}`;
const open = `open-${randomUUID()}`;

const onControlPlane = (command: string[]) => inGuest(controlPlane().instanceId, command);

/** Whether any file of etcd's has the text: log, snapshots or store. */
const onDisk = (text: string) =>
  onControlPlane(["sh", "-c", `grep -rqaF '${text}' /var/lib/etcd && echo yes || echo no`]).then((said) => said.trim());

const remove = () => kubectl(["delete", "--ignore-not-found", "secret/" + NAME, "configmap/" + NAME]);

describe("what etcd keeps", () => {
  beforeAll(async () => {
    await remove();
    const metadata = { name: NAME };
    const items = [
      { apiVersion: "v1", kind: "Secret", metadata, stringData: { value: secret } },
      { apiVersion: "v1", kind: "ConfigMap", metadata, data: { value: open } },
    ];
    await kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  });
  afterAll(remove);

  test("a ConfigMap in plain text: what is looked for can be found", async () => {
    expect(await stored(`/registry/configmaps/default/${NAME}`)).toContain(open);
    expect(await onDisk(open)).toBe("yes");
  });

  test("a Secret encrypted, which the API gives back as it was", async () => {
    const value = await stored(`/registry/secrets/default/${NAME}`);
    expect(value).toMatch(/^k8s:enc:secretbox:v1:/);
    expect(value).not.toContain(secret);
    expect(await onDisk(secret)).toBe("no");
    const encoded = await kubectl(["get", "secret", NAME, "-o", "jsonpath={.data.value}"]);
    expect(Buffer.from(encoded, "base64").toString()).toBe(secret);
  });
});

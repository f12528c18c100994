import { appendFile } from "node:fs/promises";
import { progress, waitFor } from "../../../lab/shell";
import { imageOf, outputs, serverIds } from "../../support/cloud";
import { changedImage, removeImages } from "../../support/images";
import { kubectl } from "../../support/kube";
import { firstSnapshot, refuseMore } from "../../support/snapshots";
import { Config, lastChanges, nothing, operate, refused } from "../../support/stack";
import { whileWriting } from "../../support/writer";

const IMAGE = "lab-another";
const NODE = "one-control-plane-0";

const another = (config: Config) => void ((config["hostroute:controlPlane"] as Config).image = IMAGE);
const upgraded = (config: Config) => {
  another(config);
  config["hostroute:kubernetesVersion"] = "1.36.3";
};
const server = async () => (await serverIds()).get(NODE)!;
const version = () =>
  kubectl(["version", "-o", "json"]).then((text) => /"serverVersion"[^}]*"gitVersion": "([^"]+)"/.exec(text)?.[1]);

let image: string;
beforeAll(async () => {
  image = await changedImage(IMAGE, (file) => appendFile(file, "another content"));
});

describe("the only control-plane server", () => {
  test("stays, in service, where the object store does not take its data", async () => {
    await firstSnapshot();
    const before = await server();
    await refuseMore(true);
    try {
      expect(await refused("up", { changes: another })).toMatch(
        /could not hand its data over, and its server was not replaced/,
      );
    } finally {
      await refuseMore(false);
    }
    expect(await server()).toBe(before);
    await waitFor(
      "the API",
      () =>
        kubectl(["get", "--raw=/readyz"]).then(
          (said) => said === "ok",
          () => false,
        ),
      60_000,
    );
  });

  test.each<[string, (config: Config) => void]>([
    ["another image", another],
    ["the next release", upgraded],
  ])(
    "is replaced for %s while a client writes, and nothing of that is lost",
    async (what, changes) => {
      const before = await server();
      const began = Date.now();
      const seen = await whileWriting(() => operate("up", { changes, timeout: 1_800_000 }).then(() => undefined));
      progress(`${what}: ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(seen)}`);
      expect(seen.lost).toEqual([]);
      expect(await server()).not.toBe(before);
      expect(await imageOf(await server())).toBe(image);
      await operate("up", { changes });
      expect(lastChanges()).toMatchObject(nothing);
    },
    2_000_000,
  );

  test("runs the next release then, and so do the workers", async () => {
    expect(await version()).toBe("v1.36.3");
    const kubelets = await kubectl(["get", "nodes", "-o", "jsonpath={.items[*].status.nodeInfo.kubeletVersion}"]);
    expect(new Set(kubelets.split(" "))).toEqual(new Set(["v1.36.3"]));
    expect(outputs().nodes).toHaveLength(3);
  });
});

afterAll(() => removeImages(IMAGE));

import { exported, lastChanges, nothing, operate } from "../support/stack";

describe("the stack that is up, in the engine's eyes", () => {
  test("preview --diff shows no change", async () => {
    await operate("preview", { options: ["--diff"] });
    expect(lastChanges()).toMatchObject(nothing);
    expect(lastChanges().unchanged).toBeGreaterThan(90);
  });

  test("refresh finds everything as the state has it", async () => {
    await operate("refresh");
    expect(lastChanges()).toMatchObject(nothing);
  });

  test("no private key stands in the state in clear", async () => {
    const { resources = [] } = await exported();
    expect(JSON.stringify(resources)).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);
    const keys = resources.filter(({ type }) => type === "tls:index/privateKey:PrivateKey");
    expect(keys.length).toBeGreaterThan(10);
    // The engine's mark of a secret (sdk/go/common/resource/sig).
    const SECRET = "4dabf18193072939515e22adb298388d";
    for (const { outputs } of keys) expect(outputs?.privateKeyPem).toHaveProperty(SECRET);
  });
});

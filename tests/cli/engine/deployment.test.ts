import { kubeconfigOf, labelOf } from "../../../cli/engine/deployment";

const urn = "urn:pulumi:dev::hostroute::hostroute:index:Cluster$pulumi:providers:kubernetes::dev";
const provider = (inputs?: Record<string, unknown>) => ({
  urn,
  type: "pulumi:providers:kubernetes",
  custom: true,
  ...(inputs ? { inputs } : {}),
});

test("a resource is called by the last part of its type, and its name", () => {
  expect(labelOf(provider())).toBe("kubernetes dev");
});

describe("the kubeconfig in a state", () => {
  test("is a secret, as the engine shows it", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: '"a: 1\\n"' };
    expect(kubeconfigOf(provider({ kubeconfig: secret }))).toBe("a: 1\n");
  });

  test("or stands there in clear", () => {
    expect(kubeconfigOf(provider({ kubeconfig: "a: 1\n" }))).toBe("a: 1\n");
  });

  test("is that of a provider that has one, and of nothing else", () => {
    expect(kubeconfigOf(provider())).toBeUndefined();
    expect(kubeconfigOf({ ...provider({ kubeconfig: "a" }), type: "command:local:Command" })).toBeUndefined();
  });
});

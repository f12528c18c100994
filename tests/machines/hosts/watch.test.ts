import * as pulumi from "@pulumi/pulumi";
import { watchHosts } from "../../../components/machines/hosts";
import { HostsReader } from "../../../components/machines/hosts/reader";
import { startMocks } from "../../mocks";

let warnings: string[];
beforeEach(async () => {
  await startMocks();
  warnings = [];
  jest.spyOn(pulumi.log, "warn").mockImplementation((message) => {
    warnings.push(message);
    return Promise.resolve();
  });
});
afterEach(() => jest.restoreAllMocks());

const nodes = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `cp-${i}`, instanceId: pulumi.output(`server-${i}`) }));

/** What is asked of Nova, and what is said. */
async function watched(count: number, answer: HostsReader): Promise<{ asked: unknown[]; warnings: string[] }> {
  const reader = jest.fn(answer);
  watchHosts(nodes(count), reader, new pulumi.ComponentResource("test:index:ControlPlane", "cp"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { asked: reader.mock.calls, warnings };
}

it("asks for the members' servers, and warns of those on one host", async () => {
  const found = await watched(3, () => Promise.resolve(["a", "b", "a"]));
  expect(found.asked).toEqual([[["server-0", "server-1", "server-2"]]]);
  expect(found.warnings).toEqual([expect.stringMatching(/^cp-0 and cp-2 are on the same host/)]);
});

it("says nothing when all is well, and asks nobody about one member", async () => {
  expect((await watched(3, () => Promise.resolve(["a", "b", "c"]))).warnings).toEqual([]);
  expect(await watched(1, () => Promise.resolve(["a"]))).toEqual({ asked: [], warnings: [] });
});

it("fails nothing when Nova cannot be asked", async () => {
  expect((await watched(3, () => Promise.reject(new Error("no answer")))).warnings).toEqual([
    "Nova could not be asked on which hosts the control plane is: no answer",
  ]);
});

it("asks nobody at a preview, whose servers may not be there yet", async () => {
  await startMocks();
  jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
  expect(await watched(3, () => Promise.resolve(["a", "a", "a"]))).toEqual({ asked: [], warnings: [] });
});

import { ChildProcess, execFileSync, spawn } from "node:child_process";
import * as path from "node:path";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { FakeCloud } from "../../openstack/fakeCloud";

/**
 * The provider as Pulumi runs it: serialised, and loaded by Pulumi's own dynamic-provider process, which the engine talks to
 * over gRPC. The test is the engine.
 */
const cloud = new FakeCloud();
let host: ChildProcess;
let engine: ResourceProviderClient;
let programText: string;

const root = path.join(__dirname, "../../..");
const FOREIGN: [string, string] = ["192.168.7.0/24", "10.106.1.99"];
const route = (n: number) => ({ destination: `10.200.${n}.0/24`, nextHop: `10.106.1.${n + 2}` });
const props = (...nodes: number[]) =>
  Struct.fromJavaScript({ __provider: programText, subnetId: "s1", routes: nodes.map(route), restored: [] });

/** One call of the engine. */
const ask = <Answer>(call: (done: (error: Error | null, answer: Answer) => void) => unknown) =>
  new Promise<Answer>((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));

beforeAll(async () => {
  const url = await cloud.start();
  programText = execFileSync(process.execPath, [path.join(__dirname, "serialise.cjs")], {
    encoding: "utf8",
    cwd: root,
  });
  const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider");
  host = spawn(process.execPath, [script, "no-engine"], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve) =>
    host.stdout?.once("data", (line: Buffer) => resolve(line.toString().trim())),
  );
  engine = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const configuration = new proto.ConfigureRequest();
  configuration.setArgs(
    Struct.fromJavaScript({
      "openstack:authUrl": url,
      "openstack:userName": "demo",
      "openstack:password": "secret",
      "openstack:region": "one",
    }),
  );
  await ask<proto.ConfigureResponse>((done) => engine.configure(configuration, done));
}, 60_000);
afterAll(async () => {
  engine?.close();
  host?.kill();
  await cloud.stop();
});

it("creates, sees drift, restores, and deletes, each in Pulumi's own process", async () => {
  cloud.set("s1", FOREIGN);

  const create = new proto.CreateRequest();
  create.setProperties(props(0, 1));
  const created = await ask<proto.CreateResponse>((done) => engine.create(create, done));
  expect(created.getId()).toBe("s1");
  expect(created.getProperties()?.toJavaScript()).toEqual({
    __provider: programText,
    subnetId: "s1",
    routes: [route(0), route(1)],
    restored: [],
    restoredAt: expect.any(Number) as number,
  });
  expect(cloud.table("s1")).toEqual([FOREIGN, ["10.200.0.0/24", "10.106.1.2"], ["10.200.1.0/24", "10.106.1.3"]]);

  const diff = new proto.DiffRequest();
  diff.setId("s1");
  diff.setOlds(props(0, 1));
  diff.setNews(props(0, 1));
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  expect((await ask<proto.DiffResponse>((done) => engine.diff(diff, done))).getChanges()).toBe(DIFF_NONE);
  cloud.set("s1", FOREIGN, ["10.200.1.0/24", "10.106.1.3"]);
  expect((await ask<proto.DiffResponse>((done) => engine.diff(diff, done))).getChanges()).toBe(DIFF_SOME);

  const update = new proto.UpdateRequest();
  update.setId("s1");
  update.setOlds(props(0, 1));
  update.setNews(props(0, 1));
  const updated = await ask<proto.UpdateResponse>((done) => engine.update(update, done));
  expect(updated.getProperties()?.toJavaScript()).toMatchObject({
    restored: ["10.200.0.0/24 via 10.106.1.2 was missing"],
  });
  expect((await ask<proto.DiffResponse>((done) => engine.diff(diff, done))).getChanges()).toBe(DIFF_NONE);

  const remove = new proto.DeleteRequest();
  remove.setId("s1");
  remove.setProperties(props(0, 1));
  await ask((done) => engine.delete(remove, done));
  expect(cloud.table("s1")).toEqual([FOREIGN]);
});

it("passes Neutron's refusal on to the engine", async () => {
  cloud.set("s1");
  const create = new proto.CreateRequest();
  create.setProperties(props(0, 1, 2, 3, 4, 5));
  await expect(ask<proto.CreateResponse>((done) => engine.create(create, done))).rejects.toThrow(
    "The number of host routes exceeds the limit 5",
  );
});

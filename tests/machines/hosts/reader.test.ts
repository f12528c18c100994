import { readHosts } from "../../../components/machines/hosts/reader";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();
beforeAll(async () => {
  await cloud.start();
  for (const name of Object.keys(process.env).filter((key) => key.startsWith("OS_"))) delete process.env[name];
});
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(() => void fakeClock());

const read = (...ids: string[]) => {
  const config: Record<string, string> = {
    authUrl: cloud.url,
    userName: "demo",
    password: "a password",
    region: "one",
  };
  return readHosts(ids, (key) => config[key]);
};

it("gives each server's host in the order of the question, and none for a server that has none", async () => {
  cloud.servers = [
    { id: "s1", name: "a", hostId: "h1" },
    { id: "s2", name: "b", hostId: "" },
    { id: "s3", name: "c", hostId: "h2" },
    // A cloud whose policy does not show it.
    { id: "s4", name: "d" },
  ];
  expect(await read("s3", "s1", "s2", "gone", "s4")).toEqual(["h2", "h1", undefined, undefined, undefined]);
});

it("says which server Nova gave no answer for", async () => {
  cloud.servers = [{ id: "s1", name: "a", hostId: "h1" }];
  cloud.answers.push({ status: 201, body: { token: { catalog: cloud.catalog() } } }, { status: 403, body: "no" });
  await expect(read("s1")).rejects.toThrow('Nova answered 403 for server s1: "no"');
});

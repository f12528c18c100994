import { faults } from "../../../cli/engine/faults";
import { fakeClock } from "../../openstack/fakeClock";
import { FakeCloud } from "../../openstack/fakeCloud";

const cloud = new FakeCloud();
beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
  fakeClock();
  cloud.answers.length = 0;
});
const config = (key: string) => ({ authUrl: cloud.url, userName: "demo", password: "secret", region: "one" })[key];

it("says in Nova's words what became of a cluster's servers", async () => {
  const server = (name: string, status: string, more: object = {}) => ({ id: `id of ${name}`, name, status, ...more });
  cloud.servers = [
    server("dev-worker-0", "ACTIVE"),
    server("dev-worker-1", "ERROR", { fault: { message: "No valid host was found. " } }),
    server("dev-worker-2", "ERROR"),
    server("other-worker-0", "ERROR"),
  ];
  expect(await faults("dev", config)).toEqual([
    "Nova says of dev-worker-1: No valid host was found. ",
    "Nova says of dev-worker-2: in ERROR, without a reason",
  ]);
});

it("says nothing where Nova does not", async () => {
  cloud.answers.push({ status: 201, body: { token: { catalog: cloud.catalog() } } }, { status: 403, body: "no" });
  expect(await faults("dev", config)).toEqual([]);
  expect(await faults("dev", () => undefined)).toEqual([]);
});

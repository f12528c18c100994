import { Credentials } from "../../components/openstack/credentials";
import { openSession } from "../../components/openstack/session";
import { FakeCloud, TOKEN } from "./fakeCloud";

const cloud = new FakeCloud();
beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
beforeEach(() => {
  cloud.requests.length = 0;
  cloud.set("s1", ["10.9.0.0/24", "10.106.1.9"]);
});

const user = (more: Partial<Credentials> = {}): Credentials => ({
  authUrl: cloud.url,
  region: "one",
  interface: "public",
  username: "demo",
  password: "secret",
  projectName: "demo",
  insecure: false,
  ...more,
});
const DEFAULT = { name: "Default" };

it.each<[string, Partial<Credentials>, unknown]>([
  [
    "a user's password, in the default domain",
    {},
    {
      identity: { methods: ["password"], password: { user: { name: "demo", domain: DEFAULT, password: "secret" } } },
      scope: { project: { name: "demo", domain: DEFAULT } },
    },
  ],
  [
    "ids",
    { userId: "u", projectId: "p" },
    {
      identity: { methods: ["password"], password: { user: { id: "u", password: "secret" } } },
      scope: { project: { id: "p" } },
    },
  ],
  [
    "domains by name and by id",
    { userDomainName: "people", projectDomainId: "d1" },
    {
      identity: {
        methods: ["password"],
        password: { user: { name: "demo", domain: { name: "people" }, password: "secret" } },
      },
      scope: { project: { name: "demo", domain: { id: "d1" } } },
    },
  ],
  [
    "a token without project",
    { token: "t", projectName: undefined },
    { identity: { methods: ["token"], token: { id: "t" } } },
  ],
  [
    "an application credential by id, which brings its own project",
    { applicationCredentialId: "a", applicationCredentialSecret: "s" },
    { identity: { methods: ["application_credential"], application_credential: { id: "a", secret: "s" } } },
  ],
  [
    "an application credential by name",
    { applicationCredentialName: "ci", applicationCredentialSecret: "s" },
    {
      identity: {
        methods: ["application_credential"],
        application_credential: { name: "ci", user: { name: "demo", domain: DEFAULT }, secret: "s" },
      },
    },
  ],
])("authenticates with %s", async (_name, more, auth) => {
  await openSession(user(more));
  expect(cloud.requests.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
    { method: "POST", path: "/v3/auth/tokens", body: { auth } },
  ]);
});

it("takes an authentication URL with the version as it is", async () => {
  await openSession(user({ authUrl: `${cloud.url}/v3` }));
  expect(cloud.requests[0]?.path).toBe("/v3/auth/tokens");
});

it("calls the service in its region and interface, with the token, and returns refusals", async () => {
  const session = await openSession(user());
  const found = await session.call("network", "GET", "/v2.0/subnets/s1");
  expect(found.status).toBe(200);
  expect(found.body).toMatchObject({
    subnet: { host_routes: [{ destination: "10.9.0.0/24", nexthop: "10.106.1.9" }] },
  });
  expect(cloud.requests.at(-1)?.headers["x-auth-token"]).toBe(TOKEN);
  expect(await session.call("network", "GET", "/v2.0/subnets/none")).toMatchObject({ status: 404 });
});

it("takes the first region where none is named", async () => {
  const session = await openSession(user({ region: undefined, interface: "internal" }));
  await expect(session.call("network", "GET", "/v2.0/subnets/s1")).rejects.toThrow("ECONNREFUSED 127.0.0.1:1");
});

it("passes on text that is not JSON", async () => {
  const session = await openSession(user());
  expect(
    await session.call("network", "PUT", "/v2.0/subnets/s1", {}, { "If-Match": "revision_number=0" }),
  ).toMatchObject({
    status: 412,
    body: "RevisionNumberConstraintFailed",
  });
});

it("says what Keystone refused, which endpoint is missing, and that nobody answers", async () => {
  await expect(openSession(user({ password: "wrong" }))).rejects.toThrow(
    `${cloud.url}/v3/auth/tokens answered 401: {"error":{"message":"The request you have made requires authentication."}}`,
  );
  const session = await openSession(user());
  expect(() => session.call("compute", "GET", "/")).toThrow("no public endpoint of compute in region one");
  const anywhere = await openSession(user({ region: undefined, interface: "admin" }));
  expect(() => anywhere.call("network", "GET", "/")).toThrow("no admin endpoint of network in region (any)");
  await expect(openSession(user({ authUrl: "http://127.0.0.1:1" }))).rejects.toThrow(
    "POST http://127.0.0.1:1/v3/auth/tokens: connect ECONNREFUSED 127.0.0.1:1",
  );
});

it("says why a host name of several addresses does not answer", async () => {
  await expect(openSession(user({ authUrl: "http://localhost:1" }))).rejects.toThrow(/^POST .*ECONNREFUSED/);
});

it.each([["password"], ["token"], ["applicationCredentialSecret"]])(
  "does not repeat a %s that Keystone repeats",
  async (kind) => {
    const answer = jest.spyOn(cloud as unknown as { answer: () => unknown }, "answer");
    answer.mockReturnValue({ status: 400, body: { error: { message: "'very \"secret\"' is too long" } } });
    await expect(openSession(user({ password: undefined, [kind]: 'very "secret"' }))).rejects.toThrow(
      `/v3/auth/tokens answered 400: {"error":{"message":"'[secret]' is too long"}}`,
    );
    answer.mockRestore();
  },
);

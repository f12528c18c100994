import { clock } from "../../components/openstack/clock";
import { Credentials } from "../../components/openstack/credentials";
import { NOT_IN_CATALOG, openSession } from "../../components/openstack/session";
import { fakeClock, START } from "./fakeClock";
import { FakeCloud, TOKEN } from "./fakeCloud";

const cloud = new FakeCloud();
let pauses: number[];
beforeAll(() => cloud.start());
afterAll(() => cloud.stop());
afterEach(() => jest.restoreAllMocks());
beforeEach(() => {
  pauses = fakeClock();
  cloud.answers.length = 0;
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
  await expect(session.call("image", "GET", "/")).rejects.toThrow("no public endpoint of image in region one");
  await expect(session.call("image", "GET", "/")).rejects.toMatchObject({ code: NOT_IN_CATALOG });
  const anywhere = await openSession(user({ region: undefined, interface: "admin" }));
  await expect(anywhere.call("network", "GET", "/")).rejects.toThrow("no admin endpoint of network in region (any)");
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
  },
);

const TOKENS = "/v3/auth/tokens";
const asked = (path: string) => cloud.requests.filter((request) => request.path === path).length;
const total = () => pauses.reduce((sum, pause) => sum + pause, 0);

describe("what passes is waited for", () => {
  it("a Keystone that answers 503", async () => {
    cloud.answers.push({ status: 503, body: "" }, { status: 503, body: "" });
    await openSession(user());
    expect(asked(TOKENS)).toBe(3);
    expect(pauses).toEqual([500, 1000]);
  });

  it.each([
    ["GET", 500],
    ["GET", 503],
    ["PUT", 409],
    ["PUT", 502],
    ["DELETE", 504],
    ["POST", 429],
  ])("%s answered by %i", async (method, status) => {
    const session = await openSession(user());
    cloud.answers.push({ status, body: "" }, { status: 200, body: "{}" });
    expect((await session.call("network", method, "/v2.0/things", { thing: {} })).status).toBe(200);
    expect(asked("/v2.0/things")).toBe(2);
  });

  it.each([
    ["POST", 500],
    ["POST", 503],
    ["POST", 409],
    ["DELETE", 409],
    ["PUT", 412],
    ["GET", 404],
    ["PUT", 400],
  ])("but not %s answered by %i, which is returned at once", async (method, status) => {
    const session = await openSession(user());
    cloud.answers.push({ status, body: "no" }, { status: 200, body: "{}" });
    expect(await session.call("network", method, "/v2.0/things", {})).toMatchObject({ status, body: "no" });
    expect(asked("/v2.0/things")).toBe(1);
    expect(pauses).toEqual([]);
  });

  it("nor a quota that is used up, although Neutron calls that a conflict", async () => {
    const session = await openSession(user());
    const body = {
      NeutronError: { type: "OverQuota", message: "Quota exceeded for resources: ['router_route'].", detail: "" },
    };
    cloud.answers.push({ status: 409, body });
    expect(await session.call("network", "PUT", "/v2.0/routers/r1/add_extraroutes", {})).toMatchObject({
      status: 409,
      body,
    });
    expect(pauses).toEqual([]);
  });

  it("for two minutes at most, with pauses that double and are partly random; the last answer is returned", async () => {
    const session = await openSession(user());
    jest.spyOn(cloud as unknown as { answer: () => unknown }, "answer").mockReturnValue({ status: 503, body: "down" });
    expect(await session.call("network", "GET", "/v2.0/things")).toMatchObject({ status: 503, body: "down" });
    expect(pauses.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 8000, 16000]);
    expect(Math.max(...pauses)).toBe(20_000);
    expect(total()).toBeGreaterThan(90_000);
    expect(total()).toBeLessThanOrEqual(120_000);
    pauses.length = 0;
    jest.spyOn(clock, "random").mockReturnValue(0);
    await session.call("network", "GET", "/v2.0/things");
    expect(pauses.slice(0, 3)).toEqual([250, 500, 1000]);
  });

  it.each([
    ["7", [7000]],
    [new Date(START + 3000).toUTCString(), [3000]],
    ["soon", [500]],
    // Longer than anybody waits: the refusal is returned.
    ["3600", []],
  ])("as long as Retry-After says: %s", async (header, expected) => {
    const session = await openSession(user());
    cloud.answers.push({ status: 429, body: "", headers: { "Retry-After": header } }, { status: 200, body: "{}" });
    const { status } = await session.call("network", "GET", "/v2.0/things");
    expect([status, pauses]).toEqual([expected.length > 0 ? 200 : 429, expected]);
  });

  it("a connection that is cut: a GET is asked again, and a POST is not, since it may have been carried out", async () => {
    const session = await openSession(user());
    cloud.answers.push("cut", { status: 200, body: "{}" }, "cut");
    expect((await session.call("network", "GET", "/v2.0/things")).status).toBe(200);
    await expect(session.call("network", "POST", "/v2.0/others", {})).rejects.toThrow(
      /^POST http:\/\/127\.0\.0\.1:\d+\/v2\.0\/others: /,
    );
    expect(asked("/v2.0/others")).toBe(1);
  });

  it("a service that nobody listens for yet: even a POST, which was not sent", async () => {
    const late = new FakeCloud();
    const port = await late.start().then((url) => Number(new URL(url).port));
    await late.stop();
    jest.spyOn(clock, "sleep").mockImplementationOnce(() => late.start(port).then(() => undefined));
    try {
      const session = await openSession(user({ authUrl: `http://127.0.0.1:${port}` }));
      expect((await session.call("network", "GET", "/v2.0/subnets/none")).status).toBe(404);
    } finally {
      await late.stop();
    }
  });

  it("an attempt without an answer ends by itself", async () => {
    const session = await openSession(user());
    // The platform's own: a fake clock has no power over it.
    const spy = jest.spyOn(AbortSignal, "timeout").mockImplementation(() => {
      const ended = new AbortController();
      setTimeout(() => ended.abort(new DOMException("too long", "TimeoutError")), 50);
      return ended.signal;
    });
    cloud.answers.push("silence", { status: 200, body: "{}" });
    expect((await session.call("network", "GET", "/v2.0/things")).status).toBe(200);
    expect(spy).toHaveBeenCalledWith(60_000);
    cloud.answers.push("silence");
    await expect(session.call("network", "POST", "/v2.0/others", {})).rejects.toThrow(/others: no answer within 60 s$/);
  });
});

describe("a token that is no longer taken", () => {
  it("is renewed once, for all calls that meet it, and the calls are made again", async () => {
    const session = await openSession(user());
    cloud.token = "another-token";
    const call = () => session.call("network", "POST", "/v2.0/subnets/s1", {}, { "If-Match": "revision_number=0" });
    // What the cloud says to it, once it takes the token.
    expect((await Promise.all([call(), call()])).map(({ status }) => status)).toEqual([412, 412]);
    expect(asked(TOKENS)).toBe(2);
    await call();
    expect(asked(TOKENS)).toBe(2);
  });

  it("is not renewed for ever: a service that takes none is believed", async () => {
    const session = await openSession(user());
    cloud.answers.push({ status: 401, body: "" }, { status: 201, body: { token: { catalog: cloud.catalog() } } });
    cloud.answers.push({ status: 401, body: "still not" });
    expect(await session.call("network", "GET", "/v2.0/things")).toMatchObject({ status: 401, body: "still not" });
  });
});

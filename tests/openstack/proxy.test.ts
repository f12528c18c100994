import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { Credentials } from "../../components/openstack/credentials";
import { isDirect } from "../../components/openstack/proxy";
import { openSession } from "../../components/openstack/session";
import { fakeClock } from "./fakeClock";
import { FakeCloud } from "./fakeCloud";

const cloud = new FakeCloud();
/** What the proxy was asked for. */
let seen: string[];
/** A proxy that knows one cloud, whatever it is called: plain requests are passed on, tunnels lead to its TLS side. */
const proxy = http.createServer((request, response) => {
  seen.push(`${request.method} ${request.url}`);
  const { pathname } = new URL(request.url!);
  const onward = http.request(cloud.url + pathname, { method: request.method!, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(response);
  });
  request.pipe(onward);
});
const portOf = (server: net.Server) => (server.address() as net.AddressInfo).port;
const listening = (server: net.Server) =>
  new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
const variables = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
const before = variables.map((name): [string, string | undefined] => [name, process.env[name]]);

let tlsSide: https.Server;
let folder: string;
let certificate: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-"));
  const key = path.join(folder, "key.pem");
  certificate = path.join(folder, "cert.pem");
  const subject = ["-subj", "/CN=keystone.example", "-addext", "subjectAltName=DNS:keystone.example"];
  const newKey = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    key,
    "-out",
    certificate,
  ];
  execFileSync("openssl", ["req", "-x509", ...newKey, ...subject, "-days", "1"], { stdio: "ignore" });
  tlsSide = https.createServer(
    { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) },
    (_request, response) => {
      response.writeHead(201, { "X-Subject-Token": "over-tls" });
      response.end(JSON.stringify({ token: { catalog: [] } }));
    },
  );
  proxy.on("connect", (request: http.IncomingMessage, socket: net.Socket) => {
    seen.push(`${request.method} ${request.url}`);
    const onward = net.connect(portOf(tlsSide), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    // An end that refuses the other's certificate hangs up.
    for (const end of [onward, socket]) end.on("error", () => [onward, socket].forEach((each) => each.destroy()));
  });
  await Promise.all([cloud.start(), listening(proxy), listening(tlsSide)]);
});
afterAll(async () => {
  for (const server of [proxy, tlsSide]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await cloud.stop();
  fs.rmSync(folder, { recursive: true });
});
beforeEach(() => {
  fakeClock();
  seen = [];
  cloud.requests.length = 0;
  for (const name of variables) delete process.env[name];
});
afterEach(() => {
  jest.restoreAllMocks();
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const proxyUrl = () => `http://127.0.0.1:${portOf(proxy)}`;
const user = (authUrl: string, more: Partial<Credentials> = {}): Credentials => ({
  authUrl,
  interface: "public",
  username: "demo",
  password: "secret",
  insecure: false,
  ...more,
});

it("asks through HTTP_PROXY, as a plain request and not by a tunnel", async () => {
  process.env.HTTP_PROXY = proxyUrl();
  await openSession(user("http://keystone.example:5000"));
  expect(seen).toEqual(["POST http://keystone.example:5000/v3/auth/tokens"]);
  expect(cloud.requests.map(({ path }) => path)).toEqual(["/v3/auth/tokens"]);
});

it("waits through the proxy for a Keystone that answers 503", async () => {
  process.env.http_proxy = proxyUrl();
  cloud.answers.push({ status: 503, body: "" });
  await openSession(user("http://keystone.example:5000"));
  expect(seen).toHaveLength(2);
});

it("tunnels through HTTPS_PROXY, and verifies the cloud's certificate at the tunnel's end", async () => {
  process.env.HTTPS_PROXY = proxyUrl();
  await openSession(user("https://keystone.example", { caFile: certificate }));
  await openSession(user("https://keystone.example", { insecure: true }));
  expect(seen).toEqual(["CONNECT keystone.example:443", "CONNECT keystone.example:443"]);
  await expect(openSession(user("https://keystone.example"))).rejects.toThrow(/self-signed certificate/);
});

it.each([["keystone.example"], [".example"], ["*"]])(
  "asks nobody in between for a host in NO_PROXY=%s",
  async (names) => {
    process.env.HTTP_PROXY = proxyUrl();
    process.env.NO_PROXY = names;
    // There is no such name.
    await expect(openSession(user("http://keystone.example:5000"))).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
    expect(seen).toEqual([]);
  },
);

it("asks this machine itself without a proxy, as the OpenStack provider does", async () => {
  process.env.HTTP_PROXY = proxyUrl();
  await openSession(user(cloud.url));
  expect(seen).toEqual([]);
  expect(cloud.requests).toHaveLength(1);
});

it.each([
  ["http://127.0.0.1:5000/v3", "", true],
  ["http://127.8.9.1/v3", "", true],
  ["http://[::1]:5000/v3", "", true],
  ["https://localhost/v3", "", true],
  ["https://10.1.2.3/v3", "", false],
  ["https://10.1.2.3/v3", "192.168.0.0/16 10.0.0.0/8", true],
  ["https://10.1.2.3/v3", "a.example,10.1.2.0/30", true],
  ["https://10.1.2.3/v3", "10.1.3.0/24,10.0.0.0/99,10.1.2.3/", false],
  ["https://[fd00::7]/v3", "10.0.0.0/8,fd00::/8", true],
  ["https://[fd00::7]/v3", "10.0.0.0/8", false],
  // A name is not resolved for this.
  ["https://keystone.example/v3", "0.0.0.0/0", false],
])("%s with NO_PROXY=%s: direct %s", (url, noProxy, expected) => {
  expect(isDirect(url, (name) => (name === "NO_PROXY" ? noProxy : undefined))).toBe(expected);
});

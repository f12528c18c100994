import { execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { TLSSocket } from "node:tls";

/** renew-certificates.py itself, on a folder of its own, against an API server on localhost. */
const PROGRAM = path.join(__dirname, "../../components/cloudinit/files/renew-certificates.py");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-renew-"));
const file = (name: string) => path.join(folder, name);
const read = (name: string) => fs.readFileSync(file(name), "utf8");
const openssl = (...args: string[]) =>
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });

/** A certificate for a key of the folder, which is made where it is missing. */
function issue(name: string, keyOf = name): string {
  if (!fs.existsSync(file(`${keyOf}.key`)))
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${keyOf}.key`);
  openssl(
    "req",
    "-new",
    "-key",
    `${keyOf}.key`,
    "-subj",
    `/CN=${name}`,
    "-addext",
    "subjectAltName=IP:127.0.0.1",
    "-out",
    "csr",
  );
  const signed = ["-CA", "ca.crt", "-CAkey", "ca-of-test.key", "-copy_extensions", "copy", "-days", "2"];
  return openssl("x509", "-req", "-in", "csr", ...signed).toString();
}

// LibreSSL, as on macOS, cannot copy extensions.
const { stdout } = spawnSync("openssl", ["version"], { encoding: "utf8" });
const suite = stdout?.startsWith("OpenSSL 3") ? describe : describe.skip;

let api: https.Server;
let answer: { status: number; data?: Record<string, string> };
let asked: string[];
let installed: Record<string, string>;

async function renewed(data?: Record<string, string>, status = 200): Promise<{ code: number | null; output: string }> {
  answer = { status, ...(data ? { data } : {}) };
  const url = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const env = { ...process.env, HOSTROUTE_PKI: folder, PATH: `${folder}:${process.env.PATH}` };
  const child = spawn("python3", [PROGRAM, url, "dev-worker-0", "kubelet", "kubelet"], { env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}

suite("renew-certificates.py, with OpenSSL 3 to make certificates", () => {
  beforeAll(async () => {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ca-of-test.key");
    openssl("req", "-x509", "-new", "-key", "ca-of-test.key", "-subj", "/CN=ca", "-days", "2", "-out", "ca.crt");
    const cert = issue("api");
    const tls = { key: read("api.key"), cert, ca: read("ca.crt"), requestCert: true, rejectUnauthorized: true };
    api = https.createServer(tls, (request, response) => {
      asked.push(`${(request.socket as TLSSocket).getPeerCertificate().subject.CN as string} ${request.url}`);
      response.statusCode = answer.status;
      response.end(JSON.stringify({ data: answer.data }));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    installed = { "kubelet.crt": issue("kubelet"), "kube-proxy.crt": issue("kube-proxy") };
    // In place of systemd: what it was told to do.
    fs.writeFileSync(file("systemctl"), '#!/bin/sh\necho "$@" >>"$HOSTROUTE_PKI/restarted"\n', { mode: 0o755 });
  });
  afterAll(async () => {
    await new Promise((resolve) => api.close(resolve));
    fs.rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    asked = [];
    fs.writeFileSync(file("restarted"), "");
    for (const [name, content] of Object.entries(installed)) fs.writeFileSync(file(name), content);
  });

  it("takes over what was issued anew for its keys, and has what cannot notice restarted", async () => {
    const anew = { "kubelet.crt": issue("kubelet"), "kube-proxy.crt": installed["kube-proxy.crt"]! };
    expect(await renewed(anew)).toEqual({ code: 0, output: "renewed kubelet.crt\n" });
    expect(asked).toEqual(["kubelet /api/v1/namespaces/kube-public/configmaps/hostroute-certificates-dev-worker-0"]);
    expect([read("kubelet.crt"), read("kube-proxy.crt")]).toEqual([anew["kubelet.crt"], installed["kube-proxy.crt"]]);
    expect(read("restarted")).toBe("try-restart kubelet\n");
  });

  it("asks from then on with the new one, and does nothing more", async () => {
    const anew = { "kubelet.crt": issue("kubelet-anew", "kubelet") };
    await renewed(anew);
    expect(await renewed(anew)).toEqual({ code: 0, output: "" });
    expect(asked.map((each) => each.split(" ")[0])).toEqual(["kubelet", "kubelet-anew"]);
    expect(read("restarted")).toBe("try-restart kubelet\n");
  });

  it.each([
    ["there is nothing new", 200, () => installed],
    ["there is nothing yet", 404, () => undefined],
    ["the object is empty", 200, () => undefined],
  ])("says and does nothing while %s", async (_when, status, data) => {
    expect(await renewed(data(), status)).toEqual({ code: 0, output: "" });
    expect(read("restarted")).toBe("");
  });

  it("refuses a certificate for another key, and takes the others", async () => {
    const data = { "kube-proxy.crt": issue("kube-proxy", "another"), "kubelet.crt": issue("kubelet") };
    const { code, output } = await renewed(data);
    expect(code).toBe(1);
    expect(output).toMatch(/^kube-proxy\.crt stays as it is: .*\nrenewed kubelet\.crt\n$/);
    expect(read("kube-proxy.crt")).toBe(installed["kube-proxy.crt"]);
  });

  it.each(["ca.crt", "unknown.crt", "../kubelet.crt/x.crt", "kubelet.key", "kubelet.crt.key"])(
    "never writes %s",
    async (name) => {
      const before = [
        read("ca.crt"),
        read("kubelet.key"),
        fs.readdirSync(folder).filter((each) => !each.endsWith(".new")),
      ];
      await renewed({ [name]: issue("kubelet", "another") });
      expect([
        read("ca.crt"),
        read("kubelet.key"),
        fs.readdirSync(folder).filter((each) => !each.endsWith(".new")),
      ]).toEqual(before);
    },
  );

  it("fails, and leaves everything, when the API refuses or cannot be trusted", async () => {
    const refused = await renewed({ "kubelet.crt": issue("kubelet") }, 403);
    expect(refused).toEqual({ code: 1, output: "HTTP Error 403: Forbidden\n" });
    fs.writeFileSync(file("kubelet.crt"), issue("kubelet", "another"));
    expect((await renewed({})).output).toContain("KEY_VALUES_MISMATCH");
    expect(asked).toHaveLength(1);
  });
});

import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { TLSSocket } from "node:tls";
import { knownCertificates } from "../../components/cloudinit/credentials";
import { PYTHON } from "../cloudinit/python";
import { scriptFolder } from "../cloudinit/scripts";
import { canIssue, Certificate, Issuer } from "./issuer";

// Each certificate takes processes of its own.
jest.setTimeout(60_000);

/** renew-certificates.py itself, on a folder of its own, against an API server on localhost. */
const PROGRAM = path.join(scriptFolder(), "renew-certificates.py");

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-renew-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const [CLIENT, SERVER, BOTH] = ["clientAuth", "serverAuth", "clientAuth,serverAuth"];
/** What the stack issues (components/pki), in short. */
const SERVICE = "DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1";
const ISSUED: Record<string, Record<string, Certificate>> = {
  kubelet: {
    kubelet: { subject: "/O=system:nodes/CN=system:node:w", names: "DNS:w,IP:10.106.1.2", uses: BOTH },
    "kube-proxy": { subject: "/CN=system:kube-proxy", uses: CLIENT },
  },
  "controller-manager": {
    etcd: { authority: "etcd-ca", subject: "/CN=c", names: "DNS:c,DNS:localhost,IP:127.0.0.1", uses: BOTH },
    apiserver: { subject: "/CN=kube-apiserver", names: `${SERVICE},IP:203.0.113.7`, uses: SERVER },
    "apiserver-etcd-client": { authority: "etcd-ca", subject: "/CN=kube-apiserver-etcd-client", uses: CLIENT },
    "apiserver-kubelet-client": { subject: "/CN=kube-apiserver-kubelet-client", uses: CLIENT },
    "front-proxy-client": { authority: "front-proxy-ca", subject: "/CN=front-proxy-client", uses: CLIENT },
    "controller-manager": { subject: "/CN=system:kube-controller-manager", uses: CLIENT },
    scheduler: { subject: "/CN=system:kube-scheduler", uses: CLIENT },
  },
};
type Role = "kubelet" | "controller-manager";
const as = (role: Role, name: string, change: Partial<Certificate> = {}): Certificate => ({
  ...ISSUED[role]![name]!,
  ...change,
});

(canIssue ? describe : describe.skip)("with OpenSSL 3 to make certificates", () => {
  const issuer = new Issuer(path.join(folder, "issuer"));
  const node = (file: string) => path.join(folder, "pki", file);
  const read = (file: string) => fs.readFileSync(node(file), "utf8");
  let api: https.Server;
  let answer: { status: number; data?: Record<string, string> };
  let asked: { url: string | undefined; serial: string }[];

  const ofLastMonth = new Map<string, string>();
  /** A node as it booted a month ago. */
  const boot = (role: Role) => {
    fs.rmSync(node(""), { recursive: true, force: true });
    fs.mkdirSync(node(""));
    for (const name of role === "kubelet" ? ["ca"] : ["ca", "etcd-ca", "front-proxy-ca"])
      fs.writeFileSync(node(`${name}.crt`), issuer.authority(name));
    for (const [name, certificate] of Object.entries(ISSUED[role]!)) {
      const issued = ofLastMonth.get(name) ?? issuer.issue(name, { ...certificate, from: -720 });
      ofLastMonth.set(name, issued);
      fs.writeFileSync(node(`${name}.crt`), issued, { mode: 0o640 });
      fs.writeFileSync(node(`${name}.key`), issuer.read(issuer.key(name)), { mode: 0o600 });
    }
    // In place of systemd: what it was told to do.
    const systemctl =
      '#!/bin/sh\necho "$@" >>"$HOSTROUTE_PKI/restarted"\nexit "$(cat "$HOSTROUTE_PKI/fails" 2>/dev/null || echo 0)"\n';
    fs.writeFileSync(node("systemctl"), systemctl, { mode: 0o755 });
    fs.writeFileSync(node("restarted"), "");
    fs.writeFileSync(node("known.json"), JSON.stringify(knownCertificates(ISSUED[role]!)));
  };
  const everything = () =>
    Object.fromEntries(fs.readdirSync(node("")).map((file): [string, string] => [file, read(file)]));

  async function renew(role: Role, data?: Record<string, string>, status = 200) {
    answer = { status, ...(data ? { data } : {}) };
    const url = `https://127.0.0.1:${(api.address() as AddressInfo).port}`;
    const env = { ...process.env, HOSTROUTE_PKI: node(""), PATH: `${node("")}:${process.env.PATH}` };
    const units = role === "kubelet" ? ["kubelet"] : [];
    const [python, ...flags] = PYTHON;
    const child = spawn(python, [...flags, PROGRAM, url, "w", node("known.json"), role, ...units], { env });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, output };
  }

  beforeAll(async () => {
    const cert = issuer.issue("api", { subject: "/CN=api", names: "IP:127.0.0.1", uses: SERVER });
    const tls = { key: issuer.read("api.key"), cert, ca: issuer.authority("ca") };
    api = https.createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      asked.push({ url: request.url, serial: (request.socket as TLSSocket).getPeerCertificate().serialNumber });
      response.statusCode = answer.status;
      response.end(JSON.stringify({ data: answer.data }));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => api.close(resolve)));
  beforeEach(() => {
    asked = [];
  });

  describe("on a worker", () => {
    beforeEach(() => boot("kubelet"));

    it("takes over what was issued anew for its keys, and has what cannot notice restarted", async () => {
      const before = everything();
      const anew = { "kubelet.crt": issuer.issue("kubelet", as("kubelet", "kubelet")) };
      expect(await renew("kubelet", { ...anew, "kube-proxy.crt": before["kube-proxy.crt"]! })).toEqual({
        code: 0,
        output: "renewed kubelet.crt\n",
      });
      expect(asked.map(({ url }) => url)).toEqual([
        "/api/v1/namespaces/kube-public/configmaps/hostroute-certificates-w",
      ]);
      expect(everything()).toEqual({ ...before, ...anew, restarted: "try-restart kubelet\n" });
      expect(fs.statSync(node("kubelet.crt")).mode & 0o777).toBe(0o640);
    });

    it("asks from then on with the new one, and does nothing more", async () => {
      const anew = { "kubelet.crt": issuer.issue("kubelet", as("kubelet", "kubelet")) };
      await renew("kubelet", anew);
      const before = everything();
      expect(await renew("kubelet", anew)).toEqual({ code: 0, output: "" });
      expect(asked[0]!.serial).not.toBe(asked[1]!.serial);
      expect(everything()).toEqual(before);
    });

    it("restarts at the next run what it could not restart", async () => {
      fs.writeFileSync(node("fails"), "1");
      const anew = { "kubelet.crt": issuer.issue("kubelet", as("kubelet", "kubelet")) };
      expect(await renew("kubelet", anew)).toMatchObject({
        code: 1,
        output: expect.stringMatching("exit status 1") as string,
      });
      fs.rmSync(node("fails"));
      expect(await renew("kubelet", anew)).toEqual({ code: 0, output: "" });
      await renew("kubelet", anew);
      expect(read("restarted")).toBe("try-restart kubelet\ntry-restart kubelet\n");
    });

    it("takes one for another that has expired", async () => {
      fs.writeFileSync(
        node("kube-proxy.crt"),
        issuer.issue("kube-proxy", as("kubelet", "kube-proxy", { from: -9, to: -1 })),
      );
      const anew = { "kube-proxy.crt": issuer.issue("kube-proxy", as("kubelet", "kube-proxy")) };
      expect(await renew("kubelet", anew)).toEqual({ code: 0, output: "renewed kube-proxy.crt\n" });
    });

    it.each<[string, number, () => Record<string, string> | undefined]>([
      ["there is nothing new", 200, () => ({ "kubelet.crt": read("kubelet.crt") })],
      ["there is nothing yet", 404, () => undefined],
      ["the object is empty", 200, () => undefined],
    ])("says and does nothing while %s", async (_when, status, data) => {
      const before = everything();
      expect(await renew("kubelet", data(), status)).toEqual({ code: 0, output: "" });
      expect(everything()).toEqual(before);
    });

    it.each([
      "ca.crt",
      "unknown.crt",
      "apiserver.crt",
      "../kubelet.crt/x.crt",
      "kubelet.key",
      "kubelet.crt.key",
      "kubelet",
    ])("never writes %s", async (name) => {
      const before = everything();
      const { code, output } = await renew("kubelet", { [name]: issuer.issue("kubelet", as("kubelet", "kubelet")) });
      expect([code, output]).toEqual([1, expect.stringContaining("it is no certificate of this node's own")]);
      expect(everything()).toEqual(before);
    });

    it("fails, and leaves everything, when the API refuses or cannot be trusted", async () => {
      const anew = { "kubelet.crt": issuer.issue("kubelet", as("kubelet", "kubelet")) };
      expect(await renew("kubelet", anew, 403)).toEqual({ code: 1, output: "HTTP Error 403: Forbidden\n" });
      fs.writeFileSync(node("ca.crt"), issuer.authority("attacker"));
      expect((await renew("kubelet", anew)).output).toContain("certificate verify failed");
      expect(asked).toHaveLength(1);
    });

    const changed = (change: Partial<Certificate>) => () => issuer.issue("kubelet", as("kubelet", "kubelet", change));
    it.each<[string, () => string, string]>([
      ["for another key", () => issuer.issue("another", as("kubelet", "kubelet")), "KEY_VALUES_MISMATCH"],
      ["of another authority", changed({ authority: "attacker" }), "unable to get local issuer"],
      ["of another of the cluster's authorities", changed({ authority: "etcd-ca" }), "unable to get local issuer"],
      ["that has expired", changed({ from: -3, to: -1 }), "certificate has expired"],
      ["that is not valid yet", changed({ from: 1 }), "certificate is not yet valid"],
      ["that is older", changed({ from: -721 }), "it is older"],
      ["of another node", changed({ subject: "/O=system:nodes/CN=system:node:x" }), "it has another subject"],
      ["of another group", changed({ subject: "/O=system:masters/CN=system:node:w" }), "it has another subject"],
      ["with one group more", changed({ subject: "/O=a/O=system:nodes/CN=system:node:w" }), "it has another subject"],
      ["with one name more", changed({ names: "DNS:w,IP:10.106.1.2,DNS:api" }), "it has other names"],
      ["without names", changed({ names: undefined }), "it has other names"],
      ["for clients only", changed({ uses: CLIENT }), "unsuitable certificate purpose"],
      ["for servers only", changed({ uses: SERVER }), "unsuitable certificate purpose"],
      ["and another behind", () => changed({})() + issuer.authority("attacker"), "not exactly one certificate"],
      ["and another before", () => issuer.authority("attacker") + changed({})(), "not exactly one certificate"],
      ["and its key", () => changed({})() + issuer.read("attacker.key"), "not exactly one certificate"],
      ["that is cut off", () => changed({})().slice(0, 300), "not exactly one certificate"],
      ["that is empty", () => "", "not exactly one certificate"],
      ["that is no certificate", () => changed({})().replace(/MII\w/, "AAAA"), "kubelet.crt stays"],
    ])("refuses one %s, and takes the others", async (_what, content, why) => {
      const before = everything();
      const proxy = issuer.issue("kube-proxy", as("kubelet", "kube-proxy"));
      const { code, output } = await renew("kubelet", { "kubelet.crt": content(), "kube-proxy.crt": proxy });
      expect(output).toMatch(/^kubelet\.crt stays as it is, .*\nrenewed kube-proxy\.crt\n$/);
      expect([code, output]).toEqual([1, expect.stringContaining(why)]);
      expect(everything()).toEqual({ ...before, "kube-proxy.crt": proxy, restarted: "try-restart kubelet\n" });
    });
  });

  describe("on the control plane", () => {
    beforeEach(() => boot("controller-manager"));
    const names = Object.keys(ISSUED["controller-manager"]!);
    const issue = (name: string, change: Partial<Certificate> = {}) =>
      issuer.issue(name, as("controller-manager", name, change));

    it("takes all over, each of its own authority", async () => {
      const before = everything();
      const anew = Object.fromEntries(names.map((name) => [`${name}.crt`, issue(name)]));
      expect(await renew("controller-manager", anew)).toEqual({
        code: 0,
        output: `renewed ${Object.keys(anew).sort().join(", ")}\n`,
      });
      expect(everything()).toEqual({ ...before, ...anew });
    });

    it.each(names)("refuses %s of any other authority", async (name) => {
      const before = everything();
      for (const authority of ["attacker", "ca", "etcd-ca", "front-proxy-ca"]) {
        if (
          authority === as("controller-manager", name).authority ||
          (authority === "ca" && !as("controller-manager", name).authority)
        )
          continue;
        const { code, output } = await renew("controller-manager", { [`${name}.crt`]: issue(name, { authority }) });
        expect([code, output]).toEqual([1, expect.stringContaining("unable to get local issuer")]);
      }
      expect(everything()).toEqual(before);
    });

    it.each(["ca.crt", "etcd-ca.crt", "front-proxy-ca.crt", "service-account.pub"])(
      "never takes another %s, nor one with another behind",
      async (name) => {
        fs.writeFileSync(node("ca.key"), issuer.read("ca.key")); // so that it would fit
        const before = everything();
        for (const content of [issuer.authority("attacker"), issuer.authority("ca") + issuer.authority("attacker")])
          expect(await renew("controller-manager", { [name]: content })).toMatchObject({ code: 1 });
        expect(everything()).toEqual(before);
      },
    );

    it("follows the API's addresses, and keeps those that the node and pods use", async () => {
      const moved = issue("apiserver", { names: `${SERVICE},IP:203.0.113.9,DNS:api.example.org` });
      expect(await renew("controller-manager", { "apiserver.crt": moved })).toMatchObject({ code: 0 });
      const lost = issue("apiserver", { names: "DNS:kubernetes.default.svc,DNS:localhost,IP:203.0.113.9" });
      expect(await renew("controller-manager", { "apiserver.crt": lost })).toMatchObject({
        code: 1,
        output: expect.stringContaining("it has other names") as string,
      });
      expect(read("apiserver.crt")).toBe(moved);
    });
  });
});

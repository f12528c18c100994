import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as https from "node:https";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { TLSSocket } from "node:tls";
import { knownCertificates } from "../../components/cloudinit/credentials";
import { digestOf } from "../../components/objects/certificatesTaken";
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
  /** What the node said of itself: where, and what. */
  let said: unknown[];
  /** How many more of its words are refused. */
  let refusals: number;

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
    const units = role === "kubelet" ? ["kubelet", "--", "kubelet", "kube-proxy"] : ["--", "etcd"];
    const [python, ...flags] = PYTHON;
    const child = spawn(python, [...flags, PROGRAM, url, "w", node("known.json"), role, ...units], { env });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    return { code, output };
  }

  beforeAll(async () => {
    const cert = issuer.issue("api", { subject: "/CN=api", names: "IP:127.0.0.1", uses: SERVER });
    const tls = { key: issuer.read("api.key"), cert, ca: [issuer.authority("ca"), issuer.authority("ca-2")] };
    api = https.createServer({ ...tls, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      if (request.method === "PATCH") {
        let body = "";
        request.on("data", (text: Buffer) => (body += text.toString()));
        request.on("end", () => {
          if (refusals > 0) response.statusCode = 403;
          else said.push([request.url, JSON.parse(body)]);
          refusals = Math.max(0, refusals - 1);
          response.end("{}");
        });
        return;
      }
      asked.push({ url: request.url, serial: (request.socket as TLSSocket).getPeerCertificate().serialNumber });
      response.statusCode = answer.status;
      response.end(JSON.stringify({ data: answer.data }));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => new Promise((resolve) => api.close(resolve)));
  beforeEach(() => {
    asked = [];
    said = [];
    refusals = 0;
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

    it.each(["unknown.crt", "apiserver.crt", "../kubelet.crt/x.crt", "kubelet.key", "kubelet.crt.key", "kubelet"])(
      "never writes %s",
      async (name) => {
        const before = everything();
        const { code, output } = await renew("kubelet", { [name]: issuer.issue("kubelet", as("kubelet", "kubelet")) });
        expect([code, output]).toEqual([1, expect.stringContaining("it is no certificate of this node's own")]);
        expect(everything()).toEqual(before);
      },
    );

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

  describe("of another authority", () => {
    /** What the stack says of an authority that comes: both, a certificate of the new one's for this node's key, and the old one's for the new one's. */
    const proof = (role: Role, pair: string, old: string, anew = `${old}-2`) =>
      issuer.issue(pair, as(role, pair, { authority: anew })) + issuer.cross(anew, old);
    const bundle = (...names: string[]) => names.map((name) => issuer.authority(name)).join("");

    describe("on a worker", () => {
      beforeEach(() => boot("kubelet"));
      const offer = () => ({ "ca.crt": bundle("ca", "ca-2"), "ca.proof": proof("kubelet", "kubelet", "ca") });

      it("trusts it beside the one that vouches for it, and restarts what cannot notice, once", async () => {
        const before = everything();
        const offered = offer();
        expect(await renew("kubelet", offered)).toEqual({ code: 0, output: "renewed ca.crt\n" });
        const restarted = "try-restart kubelet\ntry-restart kube-proxy\n";
        expect(everything()).toEqual({ ...before, "ca.crt": offered["ca.crt"], restarted });
        const annotations = { "hostroute.dev/certificates": digestOf({ "ca.crt": offered["ca.crt"] }) };
        expect(said).toEqual([["/api/v1/nodes/w", { metadata: { annotations } }]]);
        expect(await renew("kubelet", offered)).toEqual({ code: 0, output: "" });
        expect(read("restarted")).toBe(restarted);
      });

      it("says so again where an API server that was restarted itself does not know its rights yet", async () => {
        refusals = 1;
        expect(await renew("kubelet", offer())).toEqual({ code: 0, output: "renewed ca.crt\n" });
        expect(said).toHaveLength(1);
      });

      it("takes what that has issued, in the same run", async () => {
        const anew = { "kubelet.crt": issuer.issue("kubelet", as("kubelet", "kubelet", { authority: "ca-2" })) };
        const { code, output } = await renew("kubelet", { ...offer(), ...anew });
        expect([code, output]).toEqual([0, "renewed ca.crt\nrenewed kubelet.crt\n"]);
        expect(read("kubelet.crt")).toBe(anew["kubelet.crt"]);
      });

      it("lets the old one go when its own certificates need it no longer, and not before", async () => {
        await renew("kubelet", offer());
        const both = everything();
        const one = { "ca.crt": bundle("ca-2") };
        expect(await renew("kubelet", one)).toMatchObject({
          code: 1,
          output: expect.stringContaining("unable to get local issuer") as string,
        });
        expect(everything()).toEqual(both);
        const issued = ["kubelet", "kube-proxy"].map((name): [string, string] => [
          `${name}.crt`,
          issuer.issue(name, as("kubelet", name, { authority: "ca-2" })),
        ]);
        // One of them is not enough.
        expect(await renew("kubelet", Object.fromEntries(issued.slice(0, 1)))).toMatchObject({ code: 0 });
        expect(await renew("kubelet", one)).toMatchObject({ code: 1 });
        expect(await renew("kubelet", Object.fromEntries(issued))).toMatchObject({ code: 0 });
        // The test's API server still has a certificate of the first authority's: nothing can be said to it after that.
        expect((await renew("kubelet", one)).output).toMatch(/^renewed ca\.crt\n.*certificate verify failed/);
        expect(read("ca.crt")).toBe(one["ca.crt"]);
        expect((await renew("kubelet", offer())).output).toContain("certificate verify failed");
      });

      it("takes the way back before the new one issues anything", async () => {
        const before = read("ca.crt");
        await renew("kubelet", offer());
        expect(await renew("kubelet", { "ca.crt": before })).toEqual({ code: 0, output: "renewed ca.crt\n" });
        expect(read("ca.crt")).toBe(before);
      });

      const kubelet = (authority: string) => issuer.issue("kubelet", as("kubelet", "kubelet", { authority }));
      it.each<[string, () => Record<string, string>, string]>([
        ["a stranger's, without proof", () => ({ "ca.crt": bundle("ca", "attacker") }), "without proof"],
        [
          "a stranger's, with its own word for it",
          () => ({
            "ca.crt": bundle("ca", "attacker"),
            "ca.proof": kubelet("attacker") + issuer.authority("attacker"),
          }),
          "self-signed certificate in certificate chain",
        ],
        [
          "a stranger's, with another stranger's word for it",
          () => ({
            "ca.crt": bundle("ca", "attacker"),
            "ca.proof": kubelet("attacker") + issuer.cross("attacker", "another-attacker"),
          }),
          "unable to get local issuer certificate",
        ],
        [
          "a stranger's, behind the proof of the new one",
          () => ({ ...offer(), "ca.crt": bundle("ca", "attacker") }),
          "unable to get local issuer",
        ],
        [
          "a stranger's, with the proof that another of the cluster's authorities gives",
          () => ({
            "ca.crt": bundle("ca", "etcd-ca-2"),
            "ca.proof": kubelet("etcd-ca-2") + issuer.cross("etcd-ca-2", "etcd-ca"),
          }),
          "unable to get local issuer certificate",
        ],
        [
          "a stranger's of the new one's name",
          () => {
            const stranger = new Issuer(path.join(folder, `stranger-${Date.now()}`));
            return { ...offer(), "ca.crt": bundle("ca") + stranger.authority("ca-2") };
          },
          "unable to get local issuer certificate",
        ],
        [
          "one that a node of the cluster's vouches for, with its own certificate",
          () => {
            const own = issuer.issue("kube-proxy", as("kubelet", "kube-proxy"));
            fs.copyFileSync(path.join(folder, "issuer", "kube-proxy.key"), path.join(folder, "issuer", "node.key"));
            return { "ca.crt": bundle("ca", "node"), "ca.proof": kubelet("node") + own };
          },
          "verif",
        ],
        [
          "one whose certificate for this node is another node's",
          () => ({
            ...offer(),
            "ca.proof":
              issuer.issue("another", as("kubelet", "kubelet", { authority: "ca-2" })) + issuer.cross("ca-2", "ca"),
          }),
          "KEY_VALUES_MISMATCH",
        ],
        [
          "one whose word has expired",
          () => ({ ...offer(), "ca.proof": kubelet("ca-2") + issuer.cross("ca-2", "ca", { from: -3, to: -1 }) }),
          "certificate has expired",
        ],
        ["one in place of all others", () => ({ ...offer(), "ca.crt": bundle("ca-2") }), "none of it is trusted yet"],
        ["one twice", () => ({ ...offer(), "ca.crt": bundle("ca", "ca") + "" }), "it is not one certificate or two"],
        [
          "three",
          () => ({ ...offer(), "ca.crt": bundle("ca", "ca-2", "attacker") }),
          "it is not one certificate or two",
        ],
        ["none", () => ({ "ca.crt": "" }), "it is not one certificate or two"],
        ["one and a key", () => ({ ...offer(), "ca.crt": bundle("ca") + issuer.read("ca-2.key") }), "it is not one"],
        ["a certificate of its own", () => ({ "ca.crt": read("kubelet.crt") }), "none of it is trusted yet"],
      ])("refuses %s", async (_what, content, why) => {
        const before = everything();
        const { code, output } = await renew("kubelet", content());
        expect([code, output]).toEqual([1, expect.stringContaining(why)]);
        expect(everything()).toEqual(before);
      });
    });

    it("trusts each of three beside its own on the control plane, and no other", async () => {
      boot("controller-manager");
      const before = everything();
      const pairs = { ca: "apiserver", "etcd-ca": "etcd", "front-proxy-ca": "front-proxy-client" };
      const all = Object.entries(pairs).flatMap(([old, pair]): [string, string][] => [
        [`${old}.crt`, bundle(old, `${old}-2`)],
        [`${old}.proof`, proof("controller-manager", pair, old)],
      ]);
      const swapped = Object.fromEntries(all) as Record<string, string>;
      swapped["ca.crt"] = bundle("ca", "etcd-ca-2");
      swapped["ca.proof"] = swapped["etcd-ca.proof"]!;
      expect(await renew("controller-manager", swapped)).toMatchObject({
        code: 1,
        output: expect.stringMatching(
          /^ca\.crt stays as it is.*\nrenewed etcd-ca\.crt, front-proxy-ca\.crt\n$/,
        ) as string,
      });
      expect(await renew("controller-manager", Object.fromEntries(all))).toEqual({
        code: 0,
        output: "renewed ca.crt\n",
      });
      const bundles = Object.fromEntries(all.filter(([name]) => name.endsWith(".crt")));
      expect(said.at(-1)).toEqual([
        "/api/v1/namespaces/kube-system/configmaps/hostroute-certificates",
        { data: { w: digestOf(bundles) } },
      ]);
      expect(everything()).toEqual({ ...before, ...bundles, restarted: "try-restart etcd\ntry-restart etcd\n" });
    });
  });
});

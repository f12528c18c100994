import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { PYTHON } from "../cloudinit/python";
import { scriptFolder } from "../cloudinit/scripts";

/** fetch.py itself, below another root, against a mirror on localhost. */
const PROGRAM = path.join(scriptFolder(), "fetch.py");
/** Runs it with pauses cut short. */
const QUICKLY =
  "import runpy, sys, time; time.sleep = lambda s: None; del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')";

let root: string;
let mirror: http.Server;
let requests: string[];
let refusals: number;
/** Transfers that end before they are complete, each in one way. */
let cuts: ("length" | "chunked" | "reset" | "unsaid")[];
/** What becomes of an answer that is sent compressed; without one, none is. */
let packing: ((packed: Buffer) => Buffer)[];
const bodies = new Map<string, Buffer>();

beforeAll(async () => {
  const packed = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-tar-"));
  fs.mkdirSync(path.join(packed, "bin"));
  fs.writeFileSync(path.join(packed, "bin/one"), "one");
  bodies.set("/archive.tar.gz", execFileSync("tar", ["-cz", "-C", packed, "./bin"]));
  bodies.set("/program", Buffer.from("#!/bin/sh\n"));
  fs.rmSync(packed, { recursive: true });
  mirror = http.createServer((request, response) => {
    requests.push(request.url ?? "");
    response.statusCode = refusals-- > 0 ? 503 : 200;
    const body = bodies.get(request.url ?? "") ?? "";
    const pack = request.headers["accept-encoding"] === "gzip" ? packing.shift() : undefined;
    if (pack) return response.setHeader("Content-Encoding", "gzip").end(pack(gzipSync(body)));
    // As servers do that take an archive for an encoding.
    if (request.url === "/archive.tar.gz") response.setHeader("Content-Encoding", "gzip");
    const cut = cuts.shift();
    if (cut === undefined) return response.end(body);
    if (cut === "length") response.setHeader("Content-Length", body.length);
    // A server of HTTP/1.0, whose answer ends where the connection does.
    if (cut === "unsaid") return request.socket.end(`HTTP/1.0 200 OK\r\n\r\n${body.slice(0, 2).toString()}`);
    response.write(body.slice(0, 2));
    setTimeout(() => (cut === "reset" ? request.socket.resetAndDestroy() : request.socket.destroy()), 50);
  });
  await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => mirror.close(resolve)));
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-fetch-"));
  requests = [];
  refusals = 0;
  cuts = [];
  packing = [];
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const sha256 = (file: string) =>
  createHash("sha256")
    .update(bodies.get(file) ?? "")
    .digest("hex");
const artifact = (file: string, install: Record<string, string | null>, digest = sha256(file)) => ({
  url: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}${file}`,
  sha256: digest,
  install,
});
const PROGRAM_FILE = () => artifact("/program", { "/usr/local/bin/program": null });

interface Result {
  code: number | null;
  output: string;
}
const fetched = (...artifacts: object[]) => fetchedWith(QUICKLY, ...artifacts);
/** A run by a Python program of the test's, which runs it. */
async function fetchedWith(runner: string, ...artifacts: object[]): Promise<Result> {
  fs.mkdirSync(path.join(root, "etc/hostroute"), { recursive: true });
  fs.writeFileSync(path.join(root, "etc/hostroute/artifacts.json"), JSON.stringify(artifacts));
  const [python, ...flags] = PYTHON;
  const child = spawn(python, [...flags, "-c", runner, PROGRAM, root]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, output };
}
/** Everything installed: path, mode, content. */
const installed = () =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !/\/(etc|var)\/(lib\/)?hostroute\//.test(file))
    .map((file) => [
      file.slice(root.length),
      (fs.statSync(file).mode & 0o7777).toString(8),
      fs.readFileSync(file, "utf8"),
    ])
    .sort();

it("installs a program and an archive's members, each of the right digest, to be run by everybody", async () => {
  const result = await fetched(PROGRAM_FILE(), artifact("/archive.tar.gz", { "/opt/cni/bin/one": "bin/one" }));
  expect(result).toEqual({
    code: 0,
    output: "hostroute-fetch: installed /usr/local/bin/program\nhostroute-fetch: installed /opt/cni/bin/one\n",
  });
  expect(installed()).toEqual([
    ["/opt/cni/bin/one", "755", "one"],
    ["/usr/local/bin/program", "755", "#!/bin/sh\n"],
  ]);
});

it("downloads nothing a second time, unless a file is gone or another release is wanted", async () => {
  await fetched(PROGRAM_FILE());
  expect(await fetched(PROGRAM_FILE())).toEqual({ code: 0, output: "" });
  expect(requests).toEqual(["/program"]);
  fs.rmSync(path.join(root, "usr/local/bin/program"));
  await fetched(PROGRAM_FILE());
  await fetched(artifact("/archive.tar.gz", { "/usr/local/bin/program": "bin/one" }));
  expect(requests).toEqual(["/program", "/program", "/archive.tar.gz"]);
  expect(installed()).toEqual([["/usr/local/bin/program", "755", "one"]]);
});

it("installs nothing of a download with another digest, and says so for good", async () => {
  const { code, output } = await fetched(artifact("/program", { "/usr/local/bin/program": null }, "0".repeat(64)));
  expect(code).toBe(3);
  expect(output).toContain(
    `/program has SHA-256 ${sha256("/program")}, expected ${"0".repeat(64)}: nothing of it was installed`,
  );
  expect(installed()).toEqual([]);
});

it("installs nothing of an archive that lacks a member", async () => {
  const install = { "/opt/cni/bin/one": "bin/one", "/opt/cni/bin/two": "bin/two" };
  const { code, output } = await fetched(artifact("/archive.tar.gz", install));
  expect(code).toBe(3);
  expect(output).toContain("/archive.tar.gz holds no bin/two");
  expect(installed()).toEqual([]);
});

it("tries again until the mirror answers", async () => {
  refusals = 2;
  const { code, output } = await fetched(PROGRAM_FILE());
  expect(code).toBe(0);
  expect(output).toContain("HTTP Error 503: Service Unavailable (attempt 2)");
  expect(requests).toHaveLength(3);
});

it.each(["length", "chunked", "reset", "unsaid"] as const)(
  "tries again after a transfer that was cut short (%s)",
  async (how) => {
    cuts = [how, how];
    const { code, output } = await fetched(PROGRAM_FILE());
    expect(output).toMatch(/^(hostroute-fetch: .*\(attempt [12]\)\n){2}hostroute-fetch: installed \S+\n$/);
    expect(code).toBe(0);
    expect(requests).toHaveLength(3);
    expect(installed()).toEqual([["/usr/local/bin/program", "755", "#!/bin/sh\n"]]);
  },
);

it("takes a program compressed where the mirror has it so, and tries again after what is cut short or damaged", async () => {
  const flipped = (packed: Buffer) => packed.fill(packed[20]! ^ 255, 20, 21);
  const unchecked = (packed: Buffer) => packed.fill(0, packed.length - 8, packed.length - 4);
  packing = [(packed) => packed.subarray(0, 15), flipped, unchecked, (packed) => packed];
  const { code, output } = await fetched(PROGRAM_FILE());
  expect(output).toMatch(/^(hostroute-fetch: .*\(attempt [123]\)\n){3}hostroute-fetch: installed \S+\n$/);
  expect(code).toBe(0);
  expect(installed()).toEqual([["/usr/local/bin/program", "755", "#!/bin/sh\n"]]);
});

describe("after a power cut, fetches again", () => {
  const ARCHIVE = () => artifact("/archive.tar.gz", { "/opt/cni/bin/one": "bin/one" });
  const lost: [what: string, of: () => object, file: string, content: string][] = [
    ["a program without content", PROGRAM_FILE, "usr/local/bin/program", ""],
    ["a member of an archive without content", ARCHIVE, "opt/cni/bin/one", ""],
    ["a program of the right size with other content", PROGRAM_FILE, "usr/local/bin/program", "\0".repeat(10)],
  ];
  it.each(lost)("%s", async (_what, of, file, content) => {
    await fetched(of());
    const before = installed();
    fs.writeFileSync(path.join(root, file), content);
    expect((await fetched(of())).code).toBe(0);
    expect(installed()).toEqual(before);
    expect(requests).toHaveLength(2);
    // And then it is content.
    await fetched(of());
    expect(requests).toHaveLength(2);
  });

  it.each(["", "{}", "[]", '{"/usr/local/bin/program"'])("what a stamp says nothing of: %j", async (content) => {
    await fetched(PROGRAM_FILE());
    fs.writeFileSync(path.join(root, "var/lib/hostroute/installed", sha256("/program")), content);
    expect((await fetched(PROGRAM_FILE())).code).toBe(0);
    expect(requests).toHaveLength(2);
  });

  it("nothing that is whole, and trips over no half-written file", async () => {
    await fetched(PROGRAM_FILE());
    for (const file of ["usr/local/bin/program.new", "var/lib/hostroute/download"])
      fs.writeFileSync(path.join(root, file), "half");
    await fetched(PROGRAM_FILE(), ARCHIVE());
    expect(requests).toEqual(["/program", "/archive.tar.gz"]);
    expect(fs.readdirSync(path.join(root, "var/lib/hostroute"))).toEqual(["installed"]);
  });
});

/** Says what reaches the disk, in order. */
const SAYING = `
import os
def saying(name, call):
    path = lambda what: what if isinstance(what, str) else os.readlink("/proc/self/fd/%d" % what)
    return lambda *what: (print(name, *map(path, what)), call(*what))[1]
os.fsync, os.rename = saying("fsync", os.fsync), saying("rename", os.rename)
${QUICKLY}`;

it("has content on the disk, then its name, then the stamp", async () => {
  const { output } = await fetchedWith(SAYING, PROGRAM_FILE());
  const durable = (file: string) => [`fsync ${file}.new`, `rename ${file}.new ${file}`, `fsync ${path.dirname(file)}`];
  expect(output.replaceAll(root, "").split("\n").slice(0, 6)).toEqual([
    ...durable("/usr/local/bin/program"),
    ...durable(`/var/lib/hostroute/installed/${sha256("/program")}`),
  ]);
});

/** Files of up to four bytes only, until it pauses: what a full disk does to a write. */
const FULL = `
import resource, signal, time
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
room = lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
room(4)
pause = lambda seconds: room(resource.RLIM_INFINITY)
${QUICKLY.replace("time.sleep = lambda s: None", "time.sleep = pause")}`;

it("tries again after a full disk", async () => {
  const { code, output } = await fetchedWith(FULL, PROGRAM_FILE());
  expect(output).toMatch(/^hostroute-fetch: .*File too large \(attempt 1\)\nhostroute-fetch: installed \S+\n$/);
  expect(code).toBe(0);
  expect(installed()).toEqual([["/usr/local/bin/program", "755", "#!/bin/sh\n"]]);
  expect(fs.readdirSync(path.join(root, "var/lib/hostroute"))).toEqual(["installed"]);
});

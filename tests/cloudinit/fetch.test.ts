import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";

/** fetch.py itself, below another root, against a mirror on localhost. */
const PROGRAM = path.join(__dirname, "../../components/cloudinit/files/fetch.py");
/** Runs it with pauses cut short. */
const QUICKLY =
  "import runpy, sys, time; time.sleep = lambda s: None; del sys.argv[0]; runpy.run_path(sys.argv[0], run_name='__main__')";

let root: string;
let mirror: http.Server;
let requests: string[];
let refusals: number;
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
    response.end(bodies.get(request.url ?? ""));
  });
  await new Promise<void>((resolve) => mirror.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => mirror.close(resolve)));
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-fetch-"));
  requests = [];
  refusals = 0;
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

async function fetched(...artifacts: object[]): Promise<{ code: number | null; output: string }> {
  fs.mkdirSync(path.join(root, "etc/hostroute"), { recursive: true });
  fs.writeFileSync(path.join(root, "etc/hostroute/artifacts.json"), JSON.stringify(artifacts));
  const child = spawn("python3", ["-c", QUICKLY, PROGRAM, root]);
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

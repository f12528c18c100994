import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type * as Content from "../../../lab/artifacts/content";
import type * as Origins from "../../../lab/artifacts/origins";

/** A stand-in for all upstream sites: files by their URL without scheme. What it does not know, it does not have. */
const site = new Map<string, string>();
const asked: string[] = [];
const server = http.createServer(({ url }, response) => {
  const file = url!.slice(1);
  asked.push(file);
  const content = site.get(file);
  response.writeHead(content === undefined ? 404 : 200).end(content);
});

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "upstream-"));
let origins: typeof Origins;
let content: typeof Content;
let sites: string;

beforeAll(async () => {
  process.env.HOSTROUTE_CACHE = path.join(folder, "cache"); // before lab/paths reads it
  origins = jest.requireActual<typeof Origins>("../../../lab/artifacts/origins");
  content = jest.requireActual<typeof Content>("../../../lab/artifacts/content");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  sites = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
  fs.rmSync(folder, { recursive: true });
});

const release = { minor: 36, patch: 3 };
let run = 0;
/** A release table of small files under the real ones' names; the content of each says which run of a test it is of. */
function table() {
  run += 1;
  asked.length = 0;
  site.clear();
  const files = origins.pinnedFiles([release]).map(({ file }) => {
    const text = `${file}, run ${run}`;
    site.set(file, text);
    return { file, sha256: createHash("sha256").update(text).digest("hex") };
  });
  return { files, sites, noted: path.join(folder, `upstream-${run}.json`) };
}

it("is asked for exactly the files that the program pins, each of a known component", () => {
  const components = origins.pinnedFiles([release]).map(({ file }) => origins.componentOf(file));
  expect(new Set(components)).toEqual(new Set(origins.COMPONENTS));
  expect(() => origins.componentOf("example.com/kubelet")).toThrow(
    "does not know where example.com/kubelet comes from",
  );
  expect(() => origins.pinnedFiles([{ minor: 34, patch: 1 }])).toThrow(
    /^The lab can only have releases that the program pins, .* dl\.k8s\.io\/release\/v1\.34\.1\/.*\. Choose 1\.36\.3, /,
  );
});

it("gives all of them: nothing but the images has to be built", async () => {
  const choice = table();
  expect(await origins.chooseOrigins(choice)).toEqual(origins.COMPONENTS);
  expect([...asked].sort()).toEqual(choice.files.map(({ file }) => file).sort());
  expect(content.programs(release, origins.COMPONENTS)).toEqual([]);
});

it("answers for some: a component comes from there as a whole or not at all", async () => {
  const choice = table();
  site.delete(choice.files.find(({ file }) => file.endsWith("/kube-scheduler"))!.file);
  site.set(choice.files.find(({ file }) => file.includes("/runc/"))!.file, "<html>Please log in</html>");
  expect(await origins.chooseOrigins(choice)).toEqual(["etcd", "containerd", "cniPlugins"]);
  const built = content.programs(release, ["etcd", "containerd", "cniPlugins"]).map(({ name }) => name);
  expect(built).toEqual(expect.arrayContaining(["kubelet", "kube-scheduler"]));
  expect(built).not.toContain("etcd");
});

it("answers nothing: everything is made here", async () => {
  // Names of the kind that never resolve (RFC 6761).
  const choice = { ...table(), sites: "http://nowhere.invalid/" };
  expect(await origins.chooseOrigins(choice)).toEqual([]);
  expect(content.programs(release, []).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["etcd", "etcdctl", "kubelet", "kube-apiserver", "kubectl"]),
  );
});

it("is asked once in the life of a lab: the next run neither downloads again nor changes its mind", async () => {
  const choice = table();
  const lost = choice.files.find(({ file }) => file.includes("/etcd/"))!.file;
  const etcd = site.get(lost)!;
  site.delete(lost);
  const first = await origins.chooseOrigins(choice);
  expect(first).not.toContain("etcd");
  site.set(lost, etcd);
  asked.length = 0;
  expect(await origins.chooseOrigins(choice)).toEqual(first);
  expect(asked).toEqual([]);
});

it("leaves nothing of a wrong file in the cache", async () => {
  const choice = table();
  const [{ file, sha256 }] = choice.files as [Origins.Choice["files"][number]];
  site.set(file, "something else");
  await origins.chooseOrigins(choice);
  const cached = fs.readdirSync(path.join(folder, "cache/upstream"));
  expect(cached.filter((name) => name.startsWith(sha256))).toEqual([]);
});

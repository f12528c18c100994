import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { documentsOf, parsed } from "./documents";
import { scriptFolder } from "./scripts";

const SCRIPT = path.join(scriptFolder(), "resolv-conf.sh");
let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-resolv-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

const file = (name: string) => path.join(folder, name);
/** One run with sources of these contents, in order (undefined: not there); what the target then says. */
function run(...sources: (string | undefined)[]): string {
  const names = sources.map((_text, i) => file(`source-${i}`));
  for (const [i, text] of sources.entries()) {
    if (text === undefined) fs.rmSync(names[i]!, { force: true });
    else fs.writeFileSync(names[i]!, text);
  }
  execFileSync("sh", [SCRIPT, file("target"), ...names]);
  return fs.readFileSync(file("target"), "utf8");
}

it.each<[string, string, string]>([
  [
    "search domains, options and comments",
    "# x\nsearch openstacklocal\nnameserver 10.106.1.200\noptions edns0\n",
    "nameserver 10.106.1.200\n",
  ],
  ["a stub on loopback", "nameserver 127.0.0.53\nnameserver ::1\nnameserver 192.0.2.1\n", "nameserver 192.0.2.1\n"],
  [
    "a name server that only one link knows",
    "nameserver fe80::1%ens3\nnameserver 2001:db8::1\n",
    "nameserver 2001:db8::1\n",
  ],
  [
    "order and blanks",
    "nameserver\t192.0.2.2  \n nameserver 192.0.2.1\n",
    "nameserver 192.0.2.2\nnameserver 192.0.2.1\n",
  ],
  ["no name server at all", "domain example.org\n", ""],
])("keeps, of %s, only name servers that pods can ask", (_what, source, target) => {
  expect(run(source)).toBe(target);
});

it("gives kubelet a file even where the node has none", () => expect(run(undefined)).toBe(""));

it("takes the first source there is", () => {
  expect(run("nameserver 192.0.2.1\n", "nameserver 192.0.2.2\n")).toBe("nameserver 192.0.2.1\n");
  expect(run(undefined, "nameserver 192.0.2.2\n")).toBe("nameserver 192.0.2.2\n");
  expect(run(undefined, undefined)).toBe("nameserver 192.0.2.2\n");
});

it("follows changes, keeps what it knew while there is none, and leaves nothing else behind", () => {
  expect(run("nameserver 192.0.2.1\n")).toBe("nameserver 192.0.2.1\n");
  const { ino } = fs.statSync(file("target"));
  expect(run("nameserver 192.0.2.1\nsearch example.org\n")).toBe("nameserver 192.0.2.1\n");
  expect(fs.statSync(file("target")).ino).toBe(ino);
  expect(run("")).toBe("nameserver 192.0.2.1\n");
  expect(run("nameserver 192.0.2.3\n")).toBe("nameserver 192.0.2.3\n");
  expect(fs.statSync(file("target")).mode & 0o777).toBe(0o644);
  expect(fs.readdirSync(folder).sort()).toEqual(["source-0", "target"]);
});

it("is what kubelet hands on, written before it starts and again when the node's own name servers change", () => {
  const files = new Map(parsed(documentsOf({}).worker).write_files.map(({ path, content }) => [path, content]));
  const unit = (name: string) => files.get(`/etc/systemd/system/${name}`) ?? "";
  const [, target] = /^resolvConf: (\S+)$/m.exec(files.get("/var/lib/kubelet/config.yaml") ?? "") ?? [];
  const [, written, ...sources] = /^ExecStart=(.*)$/m.exec(unit("hostroute-resolv-conf.service"))![1]!.split(" ");
  expect(written).toBe(target);
  const watched = [...unit("hostroute-resolv-conf.path").matchAll(/^PathChanged=(.*)$/gm)].map(([, path]) => path);
  expect(watched).toEqual(sources);
  expect(unit("kubelet.service")).toMatch(/^Wants=.*\bhostroute-resolv-conf\.service\b/m);
  expect(unit("kubelet.service")).toMatch(/^ExecStartPre=.*\/wait-for\.sh .*\bhostroute-resolv-conf\b/m);
  // Started again by the path unit: it must not count as up.
  expect(unit("hostroute-resolv-conf.service")).not.toContain("RemainAfterExit");
});

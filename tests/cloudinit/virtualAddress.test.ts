import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { controlPlaneNodeUserData } from "../../components/cloudinit/nodeUserData";
import { Raw, specOf } from "../fixtures";
import { CONTROL_PLANE, documentsOf, parsed } from "./documents";
import { scriptFolder } from "./scripts";

const FILES = scriptFolder();
const CONFIGURATION = "/etc/hostroute/keepalived.conf";
const contentOf = (text: string, file: string) => parsed(text).write_files.find((each) => each.path === file)?.content;
/** keepalived's configuration on the control-plane nodes of a stack. */
const configurations = (raw: Raw) => {
  const spec = specOf(raw);
  return spec.plan.controlPlane.map((node) =>
    contentOf(controlPlaneNodeUserData(spec, node, CONTROL_PLANE), CONFIGURATION),
  );
};

it("has every node that there may ever be as a peer, so that one more changes nothing for the others", () => {
  const [three, five] = [3, 5].map((count) => configurations({ controlPlane: { count } as Raw["controlPlane"] }));
  expect(five!.slice(0, 3)).toEqual(three);
  expect(configurations({ apiEndpoint: { kind: "vip" } })).toEqual(three!.slice(0, 1));
  const peers = (text = "") => /unicast_peer \{\n([^}]*)\}/.exec(text)![1]!.trim().split(/\s+/);
  expect(three!.map(peers)).toEqual(
    [0, 1, 2].map((own) => [0, 1, 2, 3, 4].filter((n) => n !== own).map((n) => `10.106.1.25${n}`)),
  );
  expect(three!.map((text) => /unicast_src_ip (.*)/.exec(text!)![1])).toEqual([
    "10.106.1.250",
    "10.106.1.251",
    "10.106.1.252",
  ]);
  expect(configurations({})).toEqual([undefined]);
});

it("is as reviewed, with the unit that runs it", () => {
  const three: Raw = { controlPlane: { count: 3 } };
  const text = documentsOf(three)["control plane"];
  const other = documentsOf({ ...three, apiEndpoint: { kind: "external", host: "api.example.org" } })["control plane"];
  const files = parsed(text).write_files.filter(({ path: file }) => contentOf(other, file) === undefined);
  const own = files.filter(({ path: file }) => !file.startsWith("/usr/local/lib/"));
  expect(own.map(({ path: file, content }) => `${file}\n${content}`).join("\n")).toMatchSnapshot();
});

describe("a node's scripts", () => {
  let bin: string;
  beforeEach(() => {
    bin = fs.mkdtempSync(path.join(os.tmpdir(), "hostroute-keepalived-"));
    for (const tool of ["awk", "chmod", "sed", "sh"])
      fs.symlinkSync(spawnSync("which", [tool], { encoding: "utf8" }).stdout.trim(), path.join(bin, tool));
  });
  afterEach(() => fs.rmSync(bin, { recursive: true }));
  const program = (name: string, body: string) =>
    fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  const run = (script: string, ...args: string[]) =>
    spawnSync("/bin/sh", [path.join(FILES, script), ...args], {
      env: { PATH: bin, RUNTIME_DIRECTORY: bin },
      encoding: "utf8",
    });

  it("install keepalived where the image lacks it, and ask nobody where it has it", () => {
    program("dpkg", "echo dpkg $*");
    program(
      "apt-get",
      `echo apt-get $*; case "$*" in *install*) printf '#!/bin/sh\\n' >${bin}/keepalived; chmod 755 ${bin}/keepalived ;; esac`,
    );
    expect(run("keepalived-package.sh")).toMatchObject({
      status: 0,
      stdout: [
        "hostroute: installing keepalived",
        "dpkg --configure -a",
        "apt-get update -q",
        "apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 keepalived\n",
      ].join("\n"),
    });
    expect(run("keepalived-package.sh")).toMatchObject({ status: 0, stdout: "" });
  });

  it("do not take apt's word for it, and fail while it does, so that systemd tries again", () => {
    program("dpkg", ":");
    program("apt-get", ":");
    expect(run("keepalived-package.sh")).toMatchObject({ status: 1, stderr: "hostroute: still missing keepalived\n" });
    program("apt-get", "exit 100");
    expect(run("keepalived-package.sh").status).toBe(100);
  });

  it("run keepalived on the device that has the node's address, and wait for DHCP until one has", () => {
    const configuration = path.join(bin, "configuration");
    fs.writeFileSync(configuration, "interface @DEVICE@\n10.106.1.199/32 dev @DEVICE@\n");
    program("keepalived", `echo $*`);
    program("ip", ":");
    expect(run("keepalived.sh", "10.106.1.250", configuration)).toMatchObject({
      status: 1,
      stderr: "no device has the address 10.106.1.250: waiting for DHCP\n",
    });
    program(
      "ip",
      `[ "$*" = "-o -4 addr show to 10.106.1.250" ] && echo "2: enp3s0    inet 10.106.1.250/24 scope global"`,
    );
    const { status, stdout } = run("keepalived.sh", "10.106.1.250", configuration);
    expect([status, stdout]).toEqual([0, expect.stringContaining(`--use-file ${bin}/keepalived.conf`)]);
    expect(fs.readFileSync(path.join(bin, "keepalived.conf"), "utf8")).toBe(
      "interface enp3s0\n10.106.1.199/32 dev enp3s0\n",
    );
  });
});

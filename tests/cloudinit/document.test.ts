import { spawnSync } from "node:child_process";
import { MARK, NodeContent, renderCloudConfig } from "../../components/cloudinit/document";
import { timedUnits, watchedUnits } from "../../components/cloudinit/units";
import { parsed } from "./documents";

const service = (name: string, enabled: boolean): NodeContent => ({ name, content: `[Unit] # ${name}\n`, enabled });

it("writes every unit in its place, hands over those that are to be enabled, in the same order, and the script for it comes last", () => {
  const extraFiles = [{ path: "/etc/extra.sh", content: "extra" }];
  const contents: NodeContent[] = [
    service("b.service", true),
    { path: "/etc/file", content: "x", permissions: "0600" },
    service("on-demand.service", false),
    service("a.timer", true),
  ];
  const { write_files, runcmd } = parsed(renderCloudConfig({ hostname: "node", contents, extraFiles }));
  expect(write_files.slice(0, -1)).toEqual([
    { path: "/etc/systemd/system/b.service", permissions: "0644", content: "[Unit] # b.service\n" },
    { path: "/etc/systemd/system/on-demand.service", permissions: "0644", content: "[Unit] # on-demand.service\n" },
    { path: "/etc/systemd/system/a.timer", permissions: "0644", content: "[Unit] # a.timer\n" },
    { path: "/etc/file", permissions: "0600", content: "x" },
    { path: "/etc/extra.sh", permissions: "0644", content: "extra" },
  ]);
  const { path, permissions } = write_files.at(-1)!;
  expect([path, permissions]).toEqual(["/usr/local/lib/hostroute/first-boot.sh", "0755"]);
  expect(runcmd.at(-1)).toEqual([path, MARK, "b.service", "a.timer"]);
});

it("enables of a timed or watched service what starts it, and not the service itself", () => {
  const common = { name: "x", description: "x", command: "/bin/x" };
  const units = [
    ...timedUnits({ ...common, needs: [], seconds: 9, settings: [] }),
    ...watchedUnits({ ...common, paths: ["/etc/x"] }),
  ];
  expect(units.map(({ name, enabled }) => [name, enabled])).toEqual([
    ["x.service", false],
    ["x.timer", true],
    ["x.service", false],
    ["x.path", true],
  ]);
});

/** Texts that YAML 1.1 has other uses for, or that PyYAML stumbles over unless they are in quotes. */
const MISREAD = [
  "on",
  "yes",
  "n",
  "~",
  "1:30",
  "1_000",
  "0b11",
  "012",
  "2001-01-01",
  "=",
  "<<",
  "x\ty",
  "\t",
  " \n",
  "\n a\n",
];
const MORE = [
  "",
  "a\r\nb\r\n",
  "a\tb\n\tc\n",
  "- a\n",
  "#",
  "---\n",
  "\u0000\u0007",
  "\u00e9\u{1f600}\n",
  "x  \n\ny \n\n",
];
const PYYAML = ["-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.buffer), sys.stdout)"];

if (spawnSync("python3", ["-c", "import yaml"]).status === 0) {
  it("says to cloud-init's YAML reader, PyYAML, what every file holds, whatever that looks like", () => {
    const texts = [...MISREAD, ...MORE];
    const extraFiles = texts.map((content, i) => ({ path: `/${i}`, content }));
    // A date, too.
    const input = renderCloudConfig({ hostname: "2001-01-10", contents: [], extraFiles });
    const { stdout, stderr } = spawnSync("python3", PYYAML, { input, encoding: "utf8" });
    expect(stderr).toBe("");
    const { hostname, write_files } = JSON.parse(stdout) as ReturnType<typeof parsed>;
    expect(hostname).toBe("2001-01-10");
    // The last one is the program's own, which hands over to systemd.
    expect(write_files.slice(0, -1).map(({ content }) => content)).toEqual(texts);
  });
} else {
  it.skip("says to cloud-init's YAML reader what every file holds: python3 has no yaml on this machine", () =>
    undefined);
}

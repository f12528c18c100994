import { NodeContent, renderCloudConfig } from "../../components/cloudinit/document";
import { timedUnits, watchedUnits } from "../../components/cloudinit/units";
import { parsed } from "./documents";

const service = (name: string, enabled: boolean): NodeContent => ({ name, content: `[Unit] # ${name}\n`, enabled });

it("writes every unit in its place, and starts those that are enabled, in the same order", () => {
  const contents: NodeContent[] = [
    service("b.service", true),
    { path: "/etc/file", content: "x", permissions: "0600" },
    service("on-demand.service", false),
    service("a.timer", true),
  ];
  const { write_files, runcmd } = parsed(renderCloudConfig({ hostname: "node", contents }));
  expect(write_files).toEqual([
    { path: "/etc/systemd/system/b.service", permissions: "0644", content: "[Unit] # b.service\n" },
    { path: "/etc/file", permissions: "0600", content: "x" },
    { path: "/etc/systemd/system/on-demand.service", permissions: "0644", content: "[Unit] # on-demand.service\n" },
    { path: "/etc/systemd/system/a.timer", permissions: "0644", content: "[Unit] # a.timer\n" },
  ]);
  expect(runcmd.slice(-2)).toEqual([
    ["systemctl", "enable", "b", "a.timer"],
    ["systemctl", "start", "--no-block", "b", "a.timer"],
  ]);
});

it("enables of a timed or watched service what starts it, and not the service itself", () => {
  const common = { name: "x", description: "x", command: "/bin/x" };
  const units = [
    ...timedUnits({ ...common, after: [], seconds: 9, settings: [] }),
    ...watchedUnits({ ...common, paths: ["/etc/x"] }),
  ];
  expect(units.map(({ name, enabled }) => [name, enabled])).toEqual([
    ["x.service", false],
    ["x.timer", true],
    ["x.service", false],
    ["x.path", true],
  ]);
});

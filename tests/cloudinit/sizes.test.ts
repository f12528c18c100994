import * as fs from "node:fs";
import * as path from "node:path";
import { packed } from "../../components/cloudinit/packed";
import { userDataProblems } from "../../components/cloudinit/size";
import { Raw, specOf } from "../fixtures";
import { incompressible, realistic } from "./realistic";

const limits = fs.readFileSync(path.join(__dirname, "../../docs/limits.md"), "utf8");
/** What the documentation says. */
const documented = /by default up to ([\d,]+) for the control plane, ([\d,]+) for a worker/.exec(limits)!;
const bytes = (text: string) => Number(text.replaceAll(",", ""));

it.each([
  ["control plane", bytes(documented[1]!)],
  ["worker", bytes(documented[2]!)],
] as const)("packs the user-data of the default %s into as much as docs/limits.md says", (role, most) => {
  const size = packed(realistic()[role]).length;
  expect(size).toBeLessThanOrEqual(most);
  // Otherwise the documentation is out of date.
  expect(size).toBeGreaterThan(most - 1_024);
});

/** 24 KiB that nothing makes smaller, as the text that a file of the configuration has to be. */
const FILE = {
  path: "/etc/of-the-operator",
  content: incompressible("file", (24 * 1_024 * 4) / 3),
  permissions: "0644",
};

it.each<[string, Raw]>([
  ["the control plane", { controlPlane: { extraFiles: [FILE] } }],
  ["a pool", { workerPools: [{ name: "worker", count: 1, extraFiles: [FILE] }] }],
])("leaves 24 KiB for extraFiles of %s that do not compress", (_where, raw) => {
  expect(userDataProblems(specOf(raw))).toEqual([]);
});

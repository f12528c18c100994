import * as fs from "node:fs";
import * as path from "node:path";
import { packed } from "../../components/cloudinit/packed";
import { incompressible } from "../../components/cloudinit/placeholders";
import { userDataProblems } from "../../components/cloudinit/size";
import { Raw, specOf } from "../fixtures";
import { realistic } from "./realistic";

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

/** Something that nothing makes smaller, as the text that a file of the configuration has to be. */
const file = (kibibytes: number) => ({
  path: "/etc/of-the-operator",
  content: incompressible("file", Math.ceil((kibibytes * 1_024 * 4) / 3)),
  permissions: "0644",
});

it.each<[string, number, Raw]>([
  ["the control plane", 21, { controlPlane: { extraFiles: [file(21)] } }],
  ["three control-plane nodes", 20, { controlPlane: { count: 3, extraFiles: [file(20)] } }],
  ["a pool", 24, { workerPools: [{ name: "worker", count: 1, extraFiles: [file(24)] }] }],
])("leaves %s %i KiB for extraFiles that do not compress", (_where, _kibibytes, raw) => {
  expect(userDataProblems(specOf(raw))).toEqual([]);
});

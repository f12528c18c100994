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

it.each(["control plane", "worker"] as const)(
  "keeps 3 KiB for the published plan in that of a %s, and less where there is none",
  (role) => {
    const [auto, subnet] = (["auto", "subnet"] as const).map(
      (routeTier) => packed(realistic({ network: { routeTier } })[role]).length,
    );
    expect(auto! - subnet!).toBeGreaterThan(0);
    expect(auto! - subnet!).toBeLessThanOrEqual(3_072);
  },
);

/** Something that nothing makes smaller, as the text that a file of the configuration has to be. */
const file = (kibibytes: number) => ({
  path: "/etc/of-the-operator",
  content: incompressible("file", Math.ceil((kibibytes * 1_024 * 4) / 3)),
  permissions: "0644",
});

const room =
  /leaves extraFiles that do not compress (\d+) KiB on an only control-plane node, (\d+) on three; (\d+) and (\d+) with snapshots; (\d+) on/;
const [only, ofThree, onlySaved, ofThreeSaved, worker] = room.exec(limits)!.slice(1).map(Number);
/** A second generation takes room as long as there are two, as the documentation says. */
const ROTATING = { known: [1, 2], used: 1 };
/** A server of such a cluster may have to begin with a snapshot. */
const SAVED: Raw = { snapshots: { container: "backups" } };

it.each<[string, number, (kibibytes: number) => Raw]>([
  ["an only control-plane node", only!, (kibibytes) => ({ controlPlane: { extraFiles: [file(kibibytes)] } })],
  ["each of three", ofThree!, (kibibytes) => ({ controlPlane: { count: 3, extraFiles: [file(kibibytes)] } })],
  [
    "an only one with snapshots",
    onlySaved!,
    (kibibytes) => ({ ...SAVED, controlPlane: { extraFiles: [file(kibibytes)] } }),
  ],
  [
    "each of three with snapshots",
    ofThreeSaved!,
    (kibibytes) => ({ ...SAVED, controlPlane: { count: 3, extraFiles: [file(kibibytes)] } }),
  ],
  [
    "a worker",
    worker!,
    (kibibytes) => ({ workerPools: [{ name: "worker", count: 1, extraFiles: [file(kibibytes)] }] }),
  ],
])("leaves %s %i KiB for extraFiles that do not compress", (_where, kibibytes, raw) => {
  expect(userDataProblems(specOf(raw(kibibytes)))).toEqual([]);
  // Otherwise the documentation is out of date.
  expect(userDataProblems(specOf(raw(kibibytes + 1)))).toHaveLength(1);
  const keys = { authorities: ROTATING, serviceAccount: ROTATING, encryption: ROTATING };
  expect(userDataProblems(specOf({ ...raw(kibibytes - 2), keys }))).toEqual([]);
});

const fs = require("node:fs");
const path = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** What takes longest, however little there is to read. */
const LONG = [
  "engine/rotation",
  "engine/recovery",
  "engine/unchanged",
  "etcd/grown",
  "renewCertificates",
  "etcd/majority",
  "etcd/snapshot",
  "units/controlPlane",
  "units/worker",
  "podNetworkFaults",
  "etcd/restore",
  "etcd/restoreRefused",
  "virtualAddress/server",
  "virtualAddress/node",
].map((name) => path.join(__dirname, `${name}.test.ts`));

/** Long ones first in a clone that has not run them, too: jest knows how long they took, or else goes by the size of files. */
module.exports = class extends Sequencer {
  sort(tests) {
    const gone = LONG.filter((file) => !fs.existsSync(file));
    if (gone.length > 0) throw new Error(`tests/integration/sequencer.cjs names ${gone.join(", ")}`);
    const sorted = super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const place = ({ path: file }) => (LONG.includes(file) ? LONG.indexOf(file) : LONG.length);
    return sorted.sort((one, other) => place(one) - place(other));
  }
};

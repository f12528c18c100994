const path = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");
const order = require("./order.cjs");

/** Runs the checks in the order of order.cjs, which has to name every file. */
module.exports = class extends Sequencer {
  sort(tests) {
    const place = ({ path: file }) => {
      const index = order.indexOf(path.basename(file, ".check.ts"));
      if (index < 0) throw new Error(`e2e/order.cjs does not name ${file}`);
      return index;
    };
    return [...tests].sort((one, other) => place(one) - place(other));
  }
};

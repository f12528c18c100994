const { default: Sequencer } = require("@jest/test-sequencer");

/** By name: the checks that change the stack come after those that only look. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((one, other) => one.path.localeCompare(other.path));
  }
};

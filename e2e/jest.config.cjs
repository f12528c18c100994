/** End-to-end checks against what `make up` brought up: one after the other, in the order of order.cjs. */
module.exports = {
  rootDir: "..",
  roots: ["<rootDir>/e2e/checks"],
  testMatch: ["**/*.check.ts"],
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", {}] },
  testTimeout: 600_000,
  verbose: true,
  testSequencer: "<rootDir>/e2e/sequencer.cjs",
};

/** End-to-end checks against what `make up` brought up: one after the other, in the order of their names. */
module.exports = {
  rootDir: "../..",
  roots: ["<rootDir>/lab/checks"],
  testMatch: ["**/*.check.ts"],
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", {}] },
  testTimeout: 600_000,
  verbose: true,
  testSequencer: "<rootDir>/lab/checks/sequencer.cjs",
};

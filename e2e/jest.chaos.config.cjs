/** Faults on purpose, against what `make up` brought up: `make chaos`, an hour. Ends with a table of all outcomes. */
module.exports = {
  ...require("./jest.config.cjs"),
  roots: ["<rootDir>/e2e/chaos"],
  testTimeout: 1_200_000,
  globalTeardown: "<rootDir>/e2e/support/chaos/print.ts",
};

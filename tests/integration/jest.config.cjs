/** Tests that start what runs on a node, or Pulumi's own process for a provider, and wait for it: `make integration`. */
module.exports = {
  rootDir: "../..",
  roots: ["<rootDir>/tests/integration"],
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", {}] },
  setupFiles: ["<rootDir>/tests/setup.ts"],
  testSequencer: "<rootDir>/tests/integration/sequencer.cjs",
  // They mostly wait, but for those with the engine, which load two cores.
  maxWorkers: 4,
  testTimeout: 60_000,
};

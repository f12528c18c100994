/** Tests mirror the folders of the program. TypeScript is only stripped here: `tsc --noEmit` checks types. */
module.exports = {
  roots: ["<rootDir>/tests"],
  // Of `make integration`.
  testPathIgnorePatterns: ["<rootDir>/tests/integration/"],
  testEnvironment: "node",
  // As other programs name it, from its source; and one SDK for these tests and for what they run, whatever an example has installed.
  moduleNameMapper: { "^hostroute/outputs$": "<rootDir>/outputs.ts", "^(@pulumi/.*)$": "<rootDir>/node_modules/$1" },
  setupFiles: ["<rootDir>/tests/setup.ts"],
  transform: { "^.+\\.ts$": ["ts-jest", {}] },
  // Counters of coverage in a dynamic provider's text would break it: tests/setup.ts keeps them out.
  collectCoverageFrom: ["components/**/*.ts", "config.ts", "outputs.ts", "diagnostics.ts"],
  coverageThreshold: { global: { branches: 95, lines: 95, functions: 95 } },
  // On the two cores of CI: some tests wait for timers and for programs of the node.
  maxWorkers: 3,
  // Some tests run a program of the node or the linter: seconds, and more on a busy machine.
  testTimeout: 30_000,
};

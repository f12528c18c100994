/** Tests mirror the folders of the program. Coverage is V8's own: a dynamic provider is serialised and must not carry counters. */
module.exports = {
  roots: ["<rootDir>/tests"],
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", {}] },
  coverageProvider: "v8",
  collectCoverageFrom: ["components/**/*.ts", "config.ts"],
  coverageThreshold: { global: { branches: 95, lines: 95, functions: 95 } },
};

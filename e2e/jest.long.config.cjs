/** What takes too long for every run, against the stack that STACK names, brought up for it: `make e2e-long`. */
module.exports = {
  ...require("./jest.config.cjs"),
  roots: [`<rootDir>/e2e/long/${process.env.STACK}`],
  testTimeout: 900_000,
};

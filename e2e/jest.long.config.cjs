/** What takes too long for every run, against a stack that it was made for, `ha` or `prod` by STACK: `make e2e-long`. */
module.exports = {
  ...require("./jest.config.cjs"),
  roots: [`<rootDir>/e2e/long/${process.env.STACK}`],
  testTimeout: 900_000,
};

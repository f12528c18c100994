/** What takes too long for every run, against a stack with three control-plane nodes (e2e/long/Pulumi.ha.yaml): `make e2e-long`. */
module.exports = {
  ...require("./jest.config.cjs"),
  roots: ["<rootDir>/e2e/long"],
  testTimeout: 900_000,
};

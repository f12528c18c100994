import { schemaProblems } from "../../../e2e/support/schemaAnswer";

/** From 23.1 on, where there is more than user-data. */
const parts = (userData: string, networkConfig: string) => `Found cloud-config data types: user-data, network-config

1. user-data at /var/lib/cloud/instances/1/cloud-config.txt:
  ${userData}

2. network-config at /var/lib/cloud/instances/1/network-config.json:
  ${networkConfig}
`;

it.each([
  ["22.4", "Valid cloud-config: system userdata\n"],
  ["22.4, with deprecations", "Cloud config schema deprecations: \nValid cloud-config: system userdata\n"],
  ["23.1", "Valid cloud-config: user-data\n"],
  ["24.1", "Valid schema user-data\n"],
  ["24.1, with a network configuration", parts("Valid schema user-data", "Valid schema network-config")],
])("user-data is valid in the words of %s", (_version, answer) => {
  expect(schemaProblems(answer)).toEqual([]);
});

it.each([
  ["Invalid cloud-config provided:\nruncmd: 1 is not of type 'array'\n", /^Invalid cloud-config provided:$/],
  ["Invalid cloud-config /var/lib/cloud/instance/cloud-config.txt\n", /^Invalid cloud-config/],
  [parts("Invalid user-data /x\n  Error: Cloud config schema errors: a: b", "Valid schema network-config"), /^Invalid/],
  [parts("Valid schema user-data", "Invalid network-config /x"), /^Invalid network-config/],
  ["Valid schema user-data\nError: Invalid schema: vendor-data\n", /^Error: Invalid schema: vendor-data$/],
  ["Error:\nCloud config schema errors: runcmd: 1 is not of type 'array'\n", /^Error:$/],
  ["Valid schema vendor-data\n", /^no line accepts the user-data: Valid schema vendor-data$/],
  ["Valid schema user-data-of-mine\n", /^no line accepts/],
  ["", /^no line accepts the user-data: \(nothing\)$/],
])("user-data is not valid where cloud-init says %j", (answer, first) => {
  expect(schemaProblems(answer)[0]).toMatch(first);
});

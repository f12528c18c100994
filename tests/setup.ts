/**
 * What every test does without, before its file is loaded. Together it was two thirds of the time that the tests took. Pulumi loads all of it
 * with its first module, and jest does so again for each file.
 */

// Turning a dynamic provider into text brings a TypeScript compiler, and takes seconds under jest: done for real in tests/integration/providers/dynamicHost.ts.
jest.mock("@pulumi/pulumi/runtime/closure/serializeClosure", () => ({
  serializeFunction: () => Promise.resolve({ text: "serialised", containsSecrets: false }),
}));
// Which packages such a text needs: npm's own resolver.
jest.mock("@pulumi/pulumi/runtime/closure/codePaths", () => ({}));
jest.mock("@pulumi/pulumi/automation", () => ({}));

// Of each promise Pulumi keeps where it was begun, to report those that never end. Jest has stacks 100 frames long, and maps every frame.
jest.mock("@pulumi/pulumi/runtime/debuggable", () => ({
  ...jest.requireActual<object>("@pulumi/pulumi/runtime/debuggable"),
  debuggablePromise: (promise: unknown) => promise,
}));

// zlib in JavaScript, byte by byte. The one in Node.js gives the same here: tests/cloudinit/packed.test.ts compares them.
jest.mock("pako", () => ({ gzip: jest.requireActual<typeof import("node:zlib")>("node:zlib").gzipSync }));

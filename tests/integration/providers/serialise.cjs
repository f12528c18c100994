/**
 * Prints the program text that Pulumi puts into the state for a dynamic provider, given its module and its class. Compiled as `pulumi up` compiles the program
 * (@pulumi/pulumi cmd/run/run.js), since what can be serialised depends on what the compiler makes of it.
 */
const path = require("node:path");
const root = path.join(__dirname, "../../..");
const { typeScriptRequireStrings } = require("@pulumi/pulumi/tsutils");

process.chdir(root);
const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
const { compilerOptions } = require(path.join(root, "tsconfig.json"));
require(tsnodeRequire).register({
  compiler: require.resolve(typescriptRequire, { paths: [root] }),
  transpileOnly: true,
  project: path.join(root, "tsconfig.json"),
  compilerOptions,
});
const [module_, name] = process.argv.slice(2);
const { [name]: Provider } = require(path.join(root, module_));
const { runtime } = require("@pulumi/pulumi");

const provider = new Provider();
runtime
  .serializeFunction(() => provider, { allowSecrets: true })
  .then(({ text }) => process.stdout.write(text))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });

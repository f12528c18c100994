import * as importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/**
 * Who may import whom. Rows stand from wiring down to what is pure: a room imports from the rows below its own, never from
 * above and never from its neighbours in the row.
 */
const LAYERS = [
  ["components/cluster.ts"],
  ["components/readers.ts"],
  ["components/preflight"],
  ["components/identity", "components/machines", "components/objects"],
  ["components/network", "components/cloudinit", "components/backup"],
  ["components/pki"],
  ["components/settings"],
  ["components/kubernetes", "components/openstack"],
  [
    "components/addressing",
    "components/abandoned.ts",
    "components/columns.ts",
    "components/gate.ts",
    "components/given.ts",
    "components/ownStack.ts",
  ],
];

/** What stands on the components: each with those of the others that it must not know. Tests and scripts may use all. */
const PROGRAMS = {
  "index.ts": ["cli", "e2e", "lab"],
  "config.ts": ["index.ts", "outputs.ts", "cli", "e2e", "lab"],
  "outputs.ts": ["index.ts", "cli", "e2e", "lab"],
  "diagnostics.ts": ["index.ts", "config.ts", "outputs.ts", "components", "cli", "e2e", "lab"],
  lab: ["index.ts", "config.ts", "outputs.ts", "diagnostics.ts", "cli", "e2e"],
  // `make up` on a machine that has no cloud begins with the lab's.
  cli: ["index.ts", "e2e"],
  e2e: ["index.ts"],
};

const outside = ["index.ts", "config.ts", "outputs.ts", "diagnostics.ts", "cli", "e2e", "lab", "scripts", "tests"];
const zone = (target, from, message) => ({
  target: `./${target}`,
  from: from.filter((other) => other !== target).map((other) => `./${other}`),
  message: `${message} (eslint.imports.mjs).`,
});
const zones = [
  ...LAYERS.flatMap((row, i) =>
    row.map((room) =>
      zone(room, [...LAYERS.slice(0, i + 1).flat(), ...outside], `${room} may use only what stands in rows below it`),
    ),
  ),
  ...Object.entries(PROGRAMS).map(([program, others]) =>
    zone(program, [...others, "scripts", "tests"], `${program} must not know it`),
  ),
];

/** Imports: their direction and their order. A configuration of its own, so that a test can try it without types. */
export default [
  {
    files: ["**/*.ts"],
    languageOptions: { parser: tseslint.parser },
    plugins: { "import-x": importX.default },
    settings: { "import-x/resolver-next": [importX.createNodeResolver({ extensions: [".ts"] })] },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/order": [
        "error",
        {
          groups: ["builtin", "external", "parent", "sibling", "index"],
          alphabetize: { order: "asc", caseInsensitive: true },
          "newlines-between": "never",
        },
      ],
    },
  },
];

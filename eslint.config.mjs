import eslint from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";
import imports from "./eslint.imports.mjs";

export default tseslint.config(
  { ignores: ["node_modules", "coverage", "reports", "bin", ".lab", "**/*.cjs", "eslint.*.mjs"] },
  eslint.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    // Checked as part of this project, so that nothing has to be installed beside them.
    files: ["examples/**/*.ts"],
    languageOptions: { parserOptions: { projectService: false, project: "./tsconfig.json" } },
  },
  {
    // A resource that is only registered is never read again: `new` for its side effect is Pulumi's idiom.
    rules: { "no-new": "off", "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }] },
  },
  imports,
  prettier,
);

import { execFileSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");
/** Lints all cases in one process, as jest's own cannot load ESLint's configuration: a line of JSON for each on its output. */
const LINT = `
const { ESLint } = require("eslint");
const linter = new ESLint({ overrideConfigFile: "eslint.imports.mjs" });
(async () => {
  for (const { file, code } of JSON.parse(process.argv[1])) {
    const [{ messages }] = await linter.lintText(code, { filePath: file });
    console.log(JSON.stringify(messages.map(({ ruleId, line }) => ruleId + " " + line)));
  }
})();
`;

/** The rules about imports that files with these imports would break. */
function broken(...cases: readonly [file: string, ...imports: string[]][]): string[][] {
  const inputs = cases.map(([file, ...imports]) => ({
    file,
    code: imports.map((from, i) => `import * as i${i} from "${from}";\n`).join(""),
  }));
  const lines = execFileSync(process.execPath, ["-e", LINT, JSON.stringify(inputs)], { cwd: ROOT, encoding: "utf8" });
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as string[]);
}

describe("the linter", () => {
  const document = "components/cloudinit/document.ts";
  const below = ["addressing/ipv4", "kubernetes/version", "pki/credentials", "settings/problem"].map(
    (to) => `../${to}`,
  );
  const wrong = ["../../lab/paths", "../cluster", "../network/podRoutes", "../objects/dns"];
  let found: string[][];

  beforeAll(() => {
    found = broken(
      [document, ...below],
      [document, ...wrong],
      ["e2e/support/new.ts", "../../cli/report", "../../lab/paths"],
      ["cli/report.ts", "../lab/paths"],
      ["cli/report.ts", "../e2e/support/cloud"],
      ["lab/site.ts", "../cli/report"],
      [document, "./common", "../addressing/ipv4", "yaml"],
    );
  });

  it("lets a room import from every room below it", () => {
    expect(found[0]).toEqual([]);
  });

  it("refuses an import from above, from a neighbour, and from outside of the components", () => {
    expect(found[1]).toEqual(wrong.map((_, i) => `import-x/no-restricted-paths ${i + 1}`));
  });

  it("knows the way down from the checks by the commands to the lab, and refuses the way up", () => {
    expect(found.slice(2, 4)).toEqual([[], []]);
    expect(found.slice(4, 6)).toEqual([["import-x/no-restricted-paths 1"], ["import-x/no-restricted-paths 1"]]);
  });

  it("keeps imports in order", () => {
    expect(found[6]).toContain("import-x/order 2");
  });
});

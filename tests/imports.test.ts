import { execFileSync } from "node:child_process";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..");
interface Result {
  messages: { ruleId: string; line: number }[];
}

/** The rules about imports that a file with these imports would break. */
function broken(file: string, ...imports: readonly string[]): string[] {
  const eslint = path.join(path.dirname(require.resolve("eslint/package.json")), "bin", "eslint.js");
  const args = ["--config", "eslint.imports.mjs", "--format", "json", "--stdin", "--stdin-filename", file];
  const input = imports.map((from, i) => `import * as i${i} from "${from}";\n`).join("");
  let json: string;
  try {
    json = execFileSync(process.execPath, [eslint, ...args], { cwd: ROOT, input, encoding: "utf8" });
  } catch (failed) {
    json = (failed as { stdout: string }).stdout;
  }
  return (JSON.parse(json) as Result[]).flatMap(({ messages }) =>
    messages.map(({ ruleId, line }) => `${ruleId} ${line}`),
  );
}

describe("the linter", () => {
  it("lets a room import from every room below it", () => {
    const below = ["addressing/ipv4", "kubernetes/version", "pki/credentials", "settings/problem"];
    expect(broken("components/cloudinit/document.ts", ...below.map((each) => `../${each}`))).toEqual([]);
  });

  it("refuses an import from above, from a neighbour, and from outside of the components", () => {
    const wrong = ["../../lab/paths", "../cluster", "../network/podRoutes", "../objects/dns"];
    expect(broken("components/cloudinit/document.ts", ...wrong)).toEqual(
      wrong.map((_, i) => `import-x/no-restricted-paths ${i + 1}`),
    );
  });

  it("refuses an import of the lab by a command, but for the one that begins with a cloud", () => {
    expect(broken("cli/lab.ts", "../lab/paths")).toEqual([]);
    for (const file of ["cli/verify.ts", "cli/parts/verify.ts"]) {
      const lab = path.relative(path.dirname(file), "lab/paths");
      expect([file, broken(file, lab)]).toEqual([file, ["import-x/no-restricted-paths 1"]]);
    }
  });

  it("keeps imports in order", () => {
    const unordered = ["./common", "../addressing/ipv4", "yaml"];
    expect(broken("components/cloudinit/document.ts", ...unordered)).toContain("import-x/order 2");
  });
});

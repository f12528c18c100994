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

  it("knows the way down from the checks by the commands to the lab, and refuses the way up", () => {
    expect(broken("e2e/support/new.ts", "../../cli/report", "../../lab/paths")).toEqual([]);
    expect(broken("cli/report.ts", "../lab/paths")).toEqual([]);
    expect(broken("cli/report.ts", "../e2e/support/cloud")).toEqual(["import-x/no-restricted-paths 1"]);
    expect(broken("lab/site.ts", "../cli/report")).toEqual(["import-x/no-restricted-paths 1"]);
  });

  it("keeps imports in order", () => {
    const unordered = ["./common", "../addressing/ipv4", "yaml"];
    expect(broken("components/cloudinit/document.ts", ...unordered)).toContain("import-x/order 2");
  });
});

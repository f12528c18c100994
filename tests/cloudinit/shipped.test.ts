import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { withoutComments } from "../../components/cloudinit/shipped";
import { PYTHON } from "./python";
import { names, scripts, SOURCES } from "./scripts";

/** What remains of a script but for the line that says where its comments are. */
const code = (name: string, source: string) => withoutComments(name, source).replace(/^# Comments: .*\n/m, "");
const source = (name: string) => fs.readFileSync(path.join(SOURCES, name), "utf8");
const named = (ending: string) => names.filter((name) => name.endsWith(ending));

it("says after what runs a script, if anything does, where its comments are", () => {
  expect(withoutComments("a.sh", "#!/bin/sh\n# does it\nset -eu\n")).toBe(
    "#!/bin/sh\n# Comments: components/cloudinit/files/a.sh\nset -eu\n",
  );
  expect(withoutComments("a.py", '"""Does it."""\nimport os\n')).toBe(
    "# Comments: components/cloudinit/files/a.py\nimport os\n",
  );
});

it.each([
  ["comments on lines of their own", "a.sh", "# a\nx\n  # b\n  y # c\n#\nz\n", "x\n  y # c\nz\n"],
  ["Python's comments after code", "a.py", "x = 1  # c\n    # d\ny = 2\n", "x = 1\ny = 2\n"],
  ["nothing that may be a text", "a.py", 'x = "  # c"\ny = 1  # node\'s\n', 'x = "  # c"\ny = 1  # node\'s\n'],
  ["docstrings", "a.py", 'def a():\n    """A.\n\n    # B\n    """\n    x = """y"""\n', 'def a():\n    x = """y"""\n'],
])("leaves out %s", (_what, name, text, left) => expect(code(name, text)).toBe(left));

/** The syntax trees of Python texts, without docstrings. */
const TREES = `import ast, json, sys
def tree(text):
    whole = ast.parse(text)
    for node in ast.walk(whole):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.dump(whole, indent=1)
json.dump([tree(text) for text in json.load(sys.stdin)], sys.stdout)`;
function trees(...texts: string[]): string[] {
  const [python, ...flags] = PYTHON;
  const { stdout, stderr } = spawnSync(python, [...flags, "-c", TREES], {
    input: JSON.stringify(texts),
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as string[];
}

it("leaves every Python script as it is to Python", () => {
  const scriptsOfPython = named(".py");
  expect(trees(...scriptsOfPython.map((name) => scripts.get(name)!))).toEqual(trees(...scriptsOfPython.map(source)));
  for (const name of scriptsOfPython) expect(scripts.get(name)).not.toMatch(/"""|__doc__| {2}# /);
});

/** A script as bash reads it. */
function asRead(text: string): string {
  const { status, stdout, stderr } = spawnSync("bash", ["-c", 'eval "f() {\n$1\n}" && declare -f f', "-", text]);
  expect([status, stderr.toString()]).toEqual([0, ""]);
  return stdout.toString();
}

it.each(named(".sh"))("leaves %s as it is to a shell", (name) => {
  expect(asRead(scripts.get(name)!)).toBe(asRead(source(name)));
  expect(scripts.get(name)!.match(/^\s*#.*$/gm)).toEqual([
    "#!/bin/sh",
    `# Comments: components/cloudinit/files/${name}`,
  ]);
});

it.each([
  ["a.sh", "cat <<EOT\n# x\nEOT\n"],
  ["a.sh", "echo 'a\n# x\n'\n"],
  ["a.py", 'x = """a\n# x\n"""\n'],
  ["a.py", 'x = (\n"""a"""\n)\n'],
])("would say that %s, which is %j, does not keep to the rules", (name, text) => {
  const read = name.endsWith(".py") ? (of: string) => trees(of)[0] : asRead;
  expect(read(code(name, text))).not.toBe(read(text));
});

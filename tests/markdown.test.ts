import * as fs from "node:fs";
import * as path from "node:path";

const root = path.join(__dirname, "..");
const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");

/** Folders of the project, none of what is installed or generated. */
const foldersOf = (folder: string) =>
  fs
    .readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(\..*|node_modules|coverage|reports|bin)$/.test(entry.name))
    .map(({ name }) => name);

const documents = ["", "docs", ...foldersOf("docs").map((folder) => `docs/${folder}`)].flatMap((folder) =>
  fs
    .readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => path.join(folder, name)),
);

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

const prose = (text: string) => text.replace(/^```.*?^```/gms, "");
const anchors = (file: string) =>
  [...prose(read(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));

it.each(documents)("%s: every link within the repository leads somewhere", (document) => {
  const links = [...prose(read(document)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file ? path.join(path.dirname(document), file) : document;
      if (!fs.existsSync(path.join(root, target))) return true;
      return anchor !== undefined && !anchors(target).includes(anchor);
    });
  expect(broken).toEqual([]);
});

it("CONTRIBUTING.md's layout names the folders that there are", () => {
  const layout = /^```text\n(.*?)^```/ms.exec(read("CONTRIBUTING.md"))![1]!;
  const named = (indent: string) =>
    [...layout.matchAll(RegExp(`^${indent}([a-z0-9]+)/`, "gm"))].map(([, name]) => name);
  expect(named("").sort()).toEqual(foldersOf("").sort());
  expect(named("  ").sort()).toEqual(foldersOf("components").sort());
});

import { fillBlocks, writtenByHand } from "../../../scripts/docs/blocks";

const markdown = "# Title\n\n<!-- generated: a b -->\nold\n<!-- end -->\n\nBy hand.\n";
const filled = "# Title\n\n<!-- generated: a b -->\n\nnew\n\n<!-- end -->\n\nBy hand.\n";

it("replaces what stands between the markers, and nothing else", () => {
  expect(fillBlocks("x.md", markdown, { "a b": "new\n" })).toBe(filled);
  expect(fillBlocks("x.md", filled, { "a b": "new" })).toBe(filled);
});

it("knows comments of YAML, without blank lines", () => {
  const text = "name: x\n# generated: a\n# end\n# A comment.\nmain: y\n";
  const block = "config: {}\n";
  expect(fillBlocks("x.yaml", text, { a: block })).toBe(
    "name: x\n# generated: a\nconfig: {}\n# end\n# A comment.\nmain: y\n",
  );
});

it.each<[string, string, Record<string, string>, string]>([
  ["a block without markers", "text", { a: "" }, 'x.md has no line "generated: a"'],
  ["markers without block", markdown, {}, 'x.md: nothing generates "a b"'],
  ["a block with two pairs of markers", markdown + markdown, { "a b": "" }, 'x.md has "generated: a b" twice'],
  ["a block without end", "<!-- generated: a -->\n", { a: "" }, 'x.md: "generated: a" has no end'],
  [
    "a block that another one interrupts",
    "<!-- generated: a -->\n<!-- generated: b -->\n<!-- end -->\n",
    { a: "", b: "" },
    'x.md: "generated: a" has no end',
  ],
])("refuses %s", (_what, text, blocks, message) => {
  expect(() => fillBlocks("x.md", text, blocks)).toThrow(message);
});

it("tells what was written by hand", () => {
  expect(writtenByHand("x.md", filled)).toBe("# Title\n\n<!-- generated: a b -->\n<!-- end -->\n\nBy hand.\n");
});

/** The lines before and after a generated part, in a file that is otherwise written by hand. */
const BEGIN = /^(?:<!--|#) generated: (.+?)(?: -->)?$/;
const END = /^(?:<!-- end -->|# end)$/;

/**
 * Puts every block between its markers: `<!-- generated: NAME -->` and `<!-- end -->` in Markdown, `# generated: NAME` and
 * `# end` in YAML. Everything outside of markers stays.
 * @throws Error where file and blocks do not match: a name without block, a block without markers or with two, no end.
 */
export function fillBlocks(file: string, text: string, blocks: Readonly<Record<string, string>>): string {
  const { parts, names } = partsOf(file, text);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new Error(`${file} has "generated: ${twice}" twice`);
  const missing = Object.keys(blocks).find((name) => !names.includes(name));
  if (missing !== undefined) throw new Error(`${file} has no line "generated: ${missing}"`);
  // Prettier sets blank lines between a comment and a table.
  const gap = file.endsWith(".md") ? [""] : [];
  return parts
    .flatMap(({ name, lines }) => {
      if (name === undefined) return lines;
      const block = blocks[name];
      if (block === undefined) throw new Error(`${file}: nothing generates "${name}"`);
      return [...gap, block.trim(), ...gap];
    })
    .join("\n");
}

/** A file without its generated parts: what was written by hand. */
export function writtenByHand(file: string, text: string): string {
  return partsOf(file, text)
    .parts.flatMap(({ name, lines }) => (name === undefined ? lines : []))
    .join("\n");
}

interface Part {
  /** The block's name; undefined for what is written by hand, markers included. */
  name?: string;
  lines: string[];
}

function partsOf(file: string, text: string): { parts: Part[]; names: string[] } {
  const parts: Part[] = [{ lines: [] }];
  const open = () => parts.at(-1)!;
  for (const line of text.split("\n")) {
    const name = BEGIN.exec(line)?.[1];
    if (name !== undefined && open().name !== undefined) break;
    if (open().name !== undefined && END.test(line)) parts.push({ lines: [] });
    open().lines.push(line);
    if (name !== undefined) parts.push({ name, lines: [] });
  }
  if (open().name !== undefined) throw new Error(`${file}: "generated: ${open().name}" has no end`);
  return { parts, names: parts.flatMap(({ name }) => name ?? []) };
}

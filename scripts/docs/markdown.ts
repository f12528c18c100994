import * as yaml from "yaml";

/** A table with columns of one width, as prettier writes it. The first line is the header. */
export function markdownTable(lines: readonly (readonly string[])[]): string {
  const [header = [], ...body] = lines.map((cells) => cells.map((text) => text.replaceAll("|", "\\|")));
  const widths = header.map((_, i) => Math.max(3, ...[header, ...body].map((cells) => (cells[i] ?? "").length)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, i) => text.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

/** A value as an operator writes it on one line of YAML. */
export function inlineYaml(value: unknown): string {
  const text = yaml.stringify(value, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 });
  return `\`${text.trimEnd()}\``;
}

/** A text without its Markdown: code, emphasis and links. */
export function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]|\b_|_\b/g, "");
}

/** The first sentence. */
export function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}

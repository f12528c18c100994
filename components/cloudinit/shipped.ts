import * as fs from "node:fs";
import * as path from "node:path";

const DOCSTRING = /^ *"""[^]*?"""\n/gm;
/** A whole line. The first one of a script says what runs it. */
const COMMENT = /^ *#(?!!).*\n/gm;
/** Only without a quote: else it may be part of a text, which ends on the same line. */
const AFTER_CODE = / {2}# [^"'\n]*$/gm;

/**
 * A script without what is for its readers only, three tenths of all: user-data has little room. A line at the top says where that is.
 *
 * It goes by lines and parses nothing, so that sources keep to this, also within texts of several lines: what begins with `#` is a comment,
 * and in Python what begins with three quotes is a docstring. A test has Python and bash compare what is left with the source.
 */
export function withoutComments(name: string, source: string): string {
  const parts = name.endsWith(".py") ? [DOCSTRING, COMMENT, AFTER_CODE] : [COMMENT];
  const code = parts.reduce((text, part) => text.replace(part, ""), source);
  return code.replace(/^(#!.*\n)?/, `$&# Comments: components/cloudinit/files/${name}\n`);
}

const known = new Map<string, string>();

/** A script that comes with the program, beside this module, as nodes get it: read once for all of them. */
export function shipped(name: string): string {
  const text = known.get(name) ?? withoutComments(name, fs.readFileSync(path.join(__dirname, "files", name), "utf8"));
  known.set(name, text);
  return text;
}

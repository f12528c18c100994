import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

/** What an npm package declares of one property. */
export interface Declared {
  /** As our tables have it: a `list` may be a set. */
  type: "string" | "boolean" | "number" | "any" | "list" | "map" | "object";
  optional: boolean;
  /** Of an object, or of a list's elements. */
  members?: Record<string, Declared>;
  /** Of a list or a map. */
  element?: Declared["type"];
}

const modules = path.resolve(__dirname, "../../../node_modules/@pulumi");
const parsed = new Map<string, ts.SourceFile>();
function parse(file: string): ts.SourceFile {
  const found =
    parsed.get(file) ?? ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  parsed.set(file, found);
  return found;
}

/** The arguments that an npm package declares: `declaredArgs("openstack", "networking/port", "PortArgs")`. */
export function declaredArgs(pack: string, file: string, name: string): Record<string, Declared> {
  const source = parse(path.join(modules, pack, `${file}.d.ts`));
  return membersOf(pack, interfaceIn(source, [name]));
}

/** The names in a list of options that a package's resource sets by itself, as `additionalSecretOutputs`. */
export function ownOptions(pack: string, file: string, option: string): string[] {
  const source = fs.readFileSync(path.join(modules, pack, `${file}.js`), "utf8");
  const list = new RegExp(`${option}: \\[(.*)\\]`).exec(source)?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map(([, name]) => name!);
}

/** An interface by its path of namespaces. */
function interfaceIn(scope: ts.Node, [name, ...rest]: string[]): ts.InterfaceDeclaration {
  let found: ts.InterfaceDeclaration | undefined;
  ts.forEachChild(scope, (node) => {
    if (rest.length === 0 && ts.isInterfaceDeclaration(node) && node.name.text === name) found ??= node;
    if (rest.length > 0 && ts.isModuleDeclaration(node) && node.name.text === name && node.body)
      found ??= interfaceIn(node.body, rest);
  });
  if (!found) throw new Error(`No declaration of ${[name, ...rest].join(".")}`);
  return found;
}

function membersOf(pack: string, declaration: ts.InterfaceDeclaration): Record<string, Declared> {
  const members = declaration.members.filter(ts.isPropertySignature);
  return Object.fromEntries(
    members.map((member) => {
      const name = (member.name as ts.Identifier).text;
      return [name, { ...typeOf(pack, member.type!), optional: member.questionToken !== undefined }];
    }),
  );
}

function typeOf(pack: string, node: ts.TypeNode): Omit<Declared, "optional"> {
  if (ts.isUnionTypeNode(node)) {
    const kinds = node.types
      .filter((each) => each.kind !== ts.SyntaxKind.UndefinedKeyword)
      .map((each) => typeOf(pack, each));
    const [first, ...others] = kinds;
    return others.some(({ type }) => type !== first!.type) ? { type: "any" } : first!;
  }
  if (ts.isLiteralTypeNode(node)) return { type: "string" };
  if (ts.isArrayTypeNode(node)) {
    const { type, members } = typeOf(pack, node.elementType);
    return { type: "list", element: type, ...(members ? { members } : {}) };
  }
  if (ts.isTypeLiteralNode(node)) {
    const index = node.members.find(ts.isIndexSignatureDeclaration);
    return { type: "map", element: index ? typeOf(pack, index.type).type : "any" };
  }
  if (ts.isTypeReferenceNode(node)) return referred(pack, node);
  const keywords: Partial<Record<ts.SyntaxKind, Declared["type"]>> = {
    [ts.SyntaxKind.StringKeyword]: "string",
    [ts.SyntaxKind.BooleanKeyword]: "boolean",
    [ts.SyntaxKind.NumberKeyword]: "number",
  };
  return { type: keywords[node.kind] ?? "any" };
}

function referred(pack: string, node: ts.TypeReferenceNode): Omit<Declared, "optional"> {
  const [root, ...rest] = node.typeName.getText().split(".");
  if (root === "pulumi" && rest[0] === "Input") return typeOf(pack, node.typeArguments![0]!);
  // Enumerations are strings on the wire.
  if (root === "enums") return { type: "string" };
  if (root !== "inputs") return { type: "any" };
  const file = parse(path.join(modules, pack, "types/input.d.ts"));
  const declaration = interfaceIn(file, rest);
  return { type: "object", members: shallow(pack, declaration) };
}

/** Objects of Kubernetes refer to themselves: three levels are more than any table has. */
let depth = 0;
function shallow(pack: string, declaration: ts.InterfaceDeclaration): Record<string, Declared> {
  if (depth >= 3) return {};
  depth++;
  try {
    return membersOf(pack, declaration);
  } finally {
    depth--;
  }
}

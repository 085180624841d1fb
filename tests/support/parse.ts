import { posix } from 'node:path';
import ts from 'typescript';

/** One import, re-export, dynamic import, `import()` type or worker address of a file. */
export interface Link {
  /** As written: "./trace", "d3". */
  specifier: string;
  /** "type" is erased by the compiler; "lazy" is `import()`; "address" is `new URL(…, import.meta.url)`. */
  kind: 'static' | 'type' | 'lazy' | 'address';
}

/** What the laws need to know of a file. */
export interface Parsed {
  links: Link[];
  /** Identifiers used as variables, not as property names. */
  names: Set<string>;
  makesWorker: boolean;
  /** True when every statement hands on another file's names. */
  onlyReexports: boolean;
}

const script = /<script[^>]*>([\s\S]*?)<\/script>/g;

/** Parses TypeScript, or the scripts of a Svelte component. */
export function parse(path: string, text: string): Parsed {
  const code = path.endsWith('.svelte')
    ? [...text.matchAll(script)].map((match) => match[1]).join('\n')
    : text;
  const file = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const parsed: Parsed = {
    links: [],
    names: new Set(),
    makesWorker: false,
    onlyReexports: file.statements.length > 0 && file.statements.every(isReexport),
  };
  visit(file, parsed);
  return parsed;
}

const isReexport = (node: ts.Statement) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined;

function visit(node: ts.Node, parsed: Parsed): void {
  const link = toLink(node);
  if (link) parsed.links.push(link);
  if (ts.isIdentifier(node) && isVariable(node)) parsed.names.add(node.text);
  if (ts.isNewExpression(node) && node.expression.getText() === 'Worker') parsed.makesWorker = true;
  ts.forEachChild(node, (child) => visit(child, parsed));
}

const isVariable = (node: ts.Identifier) => {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node)
    return parent.expression.getText() === 'globalThis' || parent.expression.getText() === 'self';
  const isKey =
    ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent);
  return !(isKey && parent.name === node);
};

const textOf = (node: ts.Node | undefined) => (node && ts.isStringLiteralLike(node) ? node.text : undefined);

function toLink(node: ts.Node): Link | undefined {
  if (ts.isImportDeclaration(node)) {
    const clause = node.importClause;
    const named = clause?.namedBindings;
    const isType =
      clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
      (!clause?.name &&
        named &&
        ts.isNamedImports(named) &&
        named.elements.every((element) => element.isTypeOnly));
    return make(textOf(node.moduleSpecifier), isType ? 'type' : 'static');
  }
  if (ts.isExportDeclaration(node))
    return make(textOf(node.moduleSpecifier), node.isTypeOnly ? 'type' : 'static');
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return make(textOf(node.argument.literal), 'type');
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return make(textOf(node.arguments[0]), 'lazy');
  if (
    ts.isNewExpression(node) &&
    node.expression.getText() === 'URL' &&
    node.arguments?.[1]?.getText() === 'import.meta.url'
  )
    return make(textOf(node.arguments[0]), 'address');
  return undefined;
}

const make = (specifier: string | undefined, kind: Link['kind']) =>
  specifier === undefined ? undefined : { specifier, kind };

/** Path of the file that a relative specifier means, or undefined for packages and files that are not in `files`. */
export function resolveLink(
  from: string,
  specifier: string,
  files: ReadonlyMap<string, unknown>,
): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
  return [path, `${path}.ts`, `${path}.svelte`, `${path}/index.ts`].find((candidate) => files.has(candidate));
}

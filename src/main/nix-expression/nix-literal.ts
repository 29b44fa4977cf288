const CODE = Symbol('Nix code');

/** Nix code that stands for itself. No value that comes from JSON can pass for it. */
export interface NixCode {
  readonly [CODE]: string;
}

export function nixCode(code: string): NixCode {
  return { [CODE]: code };
}

export type NixValue =
  | string
  | number
  | boolean
  | null
  | NixCode
  | readonly NixValue[]
  | { readonly [name: string]: NixValue | undefined };

const INDENT = '  ';
const LONGEST_LINE = 100;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_'-]*$/;
const KEYWORDS = ['assert', 'else', 'if', 'in', 'inherit', 'let', 'or', 'rec', 'then', 'with'];

/** A JSON-like value in the Nix language, with each member and, where they do not fit a line, each item on its own. */
export function nixLiteral(value: NixValue, depth = 0): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return nixString(value);
  if (isCode(value)) return value[CODE];
  const inner = INDENT.repeat(depth + 1);
  const outer = INDENT.repeat(depth);
  if (Array.isArray(value)) {
    const items = value.map((item: NixValue) => inList(nixLiteral(item, depth + 1)));
    const line = items.length === 0 ? '[ ]' : `[ ${items.join(' ')} ]`;
    const fits = !line.includes('\n') && outer.length + line.length <= LONGEST_LINE;
    return fits ? line : `[\n${items.map((item) => `${inner}${item}\n`).join('')}${outer}]`;
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{ }';
  const lines = members.map(
    ([name, member]) => `${inner}${nixAttribute(name)} = ${nixLiteral(member as NixValue, depth + 1)};\n`,
  );
  return `{\n${lines.join('')}${outer}}`;
}

/** A piece of an attribute path, quoted where it is not an identifier. */
export function nixAttribute(name: string): string {
  return IDENTIFIER.test(name) && !KEYWORDS.includes(name) ? name : nixString(name);
}

/** A string literal (Nix manual, "String"): nothing in it is interpolated. */
export function nixString(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replace(/\$\{/g, '\\${')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t');
  return `"${escaped}"`;
}

function isCode(value: NixValue): value is NixCode {
  return typeof value === 'object' && value !== null && CODE in value;
}

/** Numbers below zero and applications need parentheses among the items of a list. */
function inList(text: string): string {
  return /^-|^[^"[{(].*\s/.test(text) ? `(${text})` : text;
}

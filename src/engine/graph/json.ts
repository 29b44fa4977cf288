import { GraphError } from './graph-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a reader takes: JSON text, its UTF-8 bytes, or the value that a parser made of it. */
export type JsonSource = unknown;

// The WHATWG Encoding Standard is in Node, browsers and workers alike, but in no type library that the engine may use.
declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: Uint8Array, options?: { stream: boolean }): string;
}

/** @throws GraphError with the line and column where the text stops being JSON. */
export function parseJson(source: JsonSource): unknown {
  const text = source instanceof Uint8Array ? decodeUtf8(source) : source;
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new GraphError(lineAndColumn(text, jsonErrorOffset(text)), 'this is not JSON');
  }
}

/** Refuses what is not UTF-8, and leaves a byte order mark in, as JSON has none. */
const utf8Decoder = () => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8Decoder().decode(bytes);
  } catch (error) {
    // Anything else is not the fault of the bytes, such as their being too many for a string.
    if (!(error instanceof TypeError)) throw error;
    throw new GraphError(`byte ${firstInvalidByte(bytes)}`, 'this is not UTF-8');
  }
}

/** Length of the longest prefix that is the beginning of a UTF-8 text. */
function firstInvalidByte(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    try {
      utf8Decoder().decode(bytes.subarray(0, middle), { stream: true });
      valid = middle;
    } catch {
      invalid = middle;
    }
  }
  return valid;
}

function lineAndColumn(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < lineStart; at = text.indexOf('\n', at + 1)) line++;
  return `line ${line}, column ${offset - lineStart + 1}`;
}

/** All tokens but strings. */
const TOKEN = /[{}[\],:]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Offset of the first character that JSON (RFC 8259) does not allow where it stands; the length of the text where it
 * ends too soon. `JSON.parse` tells the place of some errors only. The text must not be JSON.
 */
export function jsonErrorOffset(text: string): number {
  /** The brackets that would close what is open. */
  const open: string[] = [];
  let expected: 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'comma' = 'value';
  for (let offset = endOf(SPACE, text, 0); ; offset = endOf(SPACE, text, offset)) {
    const start = offset;
    const isString = text[start] === '"';
    if (isString) {
      const { end, closed } = scanString(text, start);
      if (!closed) return end;
      offset = end;
    } else {
      offset = endOf(TOKEN, text, start);
      if (offset === start) return start;
    }
    const token = isString ? 'string' : text.slice(start, offset);

    if (token === open.at(-1) && (expected === 'comma' || expected.startsWith('first'))) {
      open.pop();
      expected = 'comma';
    } else if (expected === 'comma') {
      if (token !== ',' || open.length === 0) return start;
      expected = open.at(-1) === '}' ? 'name' : 'value';
    } else if (expected === 'colon') {
      if (token !== ':') return start;
      expected = 'value';
    } else if (expected === 'name' || expected === 'first name') {
      if (!isString) return start;
      expected = 'colon';
    } else if (token === '{') {
      open.push('}');
      expected = 'first name';
    } else if (token === '[') {
      open.push(']');
      expected = 'first value';
    } else if ('}],:'.includes(token)) {
      return start;
    } else {
      expected = 'comma';
    }
  }
}

/** Where the sticky `pattern` ends when it starts at `offset`; `offset` where it does not match. */
function endOf(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}

/** The end of a string that starts at `start`, or the first character that cannot stand in it. */
function scanString(text: string, start: number): { readonly end: number; readonly closed: boolean } {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) >= 0x20) {
    if (text[at] === '"') return { end: at + 1, closed: true };
    if (text[at] === '\\') {
      const end = endOf(ESCAPE, text, at);
      if (end === at) break;
      at = end;
    } else at++;
  }
  return { end: at, closed: false };
}

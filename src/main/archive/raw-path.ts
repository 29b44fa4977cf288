import { isUtf8 } from 'node:buffer';
import { physicalPath } from '../../engine/graph/physical-path.ts';

declare const bytes: unique symbol;

/**
 * A path as the bytes that the file system has, one UTF-16 code unit (0 to 255) a byte: what Node calls `latin1`.
 * Names in a store are bytes, not text; decoding them as UTF-8 would lose those that are not. Comparing raw paths with
 * `<` compares their bytes, whatever the locale. A text becomes one in this file alone.
 */
export type RawPath = string & { readonly [bytes]: 'path' };

/** Of a text as people and documents write it. */
export function rawPath(text: string): RawPath {
  return latin1Path(Buffer.from(text, 'utf8').toString('latin1'));
}

/** Of what has one code unit a byte already: names that node:fs gives as `latin1`, and what is cut out of a raw path. */
export function latin1Path(text: string): RawPath {
  return text as RawPath;
}

/** Raw paths put together. What is written out around them is ASCII, or has one code unit a byte (`\xe9`). */
export function raw(texts: TemplateStringsArray, ...parts: readonly RawPath[]): RawPath {
  return latin1Path(texts.reduce((path, text, index) => path + parts[index - 1] + text));
}

/** What is not empty, with slashes between. */
export function joinRaw(...parts: readonly RawPath[]): RawPath {
  return latin1Path(parts.filter((part) => part !== '').join('/'));
}

/** The names on the way to a path. */
export function namesOf(path: RawPath): RawPath[] {
  return path
    .split('/')
    .filter((name) => name !== '')
    .map(latin1Path);
}

/** The path without that slash which it starts with: what an archive calls it. */
export function withoutRoot(path: RawPath): RawPath {
  return latin1Path(path.slice(1));
}

/** See {@link physicalPath}. */
export function physicalRawPath(root: RawPath, path: RawPath): RawPath {
  return latin1Path(physicalPath(root, path));
}

export function rawPathBytes(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is that of ASCII.
const ASCII = /^[\x00-\x7f]*$/;

export function isAscii(path: RawPath): boolean {
  return ASCII.test(path);
}

/** What to hand to a function of node:fs: the text where bytes and text agree (cheaper there), else the bytes. */
export function fsPath(path: RawPath): string | Buffer {
  return isAscii(path) ? path : rawPathBytes(path);
}

/** For people: UTF-8 where the bytes are, else each odd byte as `\xNN`. */
export function displayPath(path: RawPath): string {
  const bytes = rawPathBytes(path);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return path.replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

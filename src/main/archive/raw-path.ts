import { isUtf8 } from 'node:buffer';

/**
 * A path as the bytes that the file system has, one UTF-16 code unit (0 to 255) a byte: what Node calls `latin1`.
 * Names in a store are bytes, not text; decoding them as UTF-8 would lose those that are not. Comparing raw paths with
 * `<` compares their bytes, whatever the locale.
 */
export type RawPath = string & { readonly raw?: never };

export function rawPath(text: string): RawPath {
  return Buffer.from(text, 'utf8').toString('latin1');
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

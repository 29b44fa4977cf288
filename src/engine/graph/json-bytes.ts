/**
 * Steps over JSON in bytes, for readers that know what to expect. An offset goes in, the offset after what was stepped
 * over comes out. What is not as expected, or not plain (ASCII strings without escapes, whole numbers), throws
 * {@link SURPRISE}: it may still be JSON.
 */
export const SURPRISE = new Error('engine/graph: not what the scanner knows');

export function surpriseIf(condition: boolean): void {
  if (condition) throw SURPRISE;
}

const code = (character: string) => character.charCodeAt(0);
export const QUOTE = code('"');
export const COMMA = code(',');
export const COLON = code(':');
export const OPEN_ARRAY = code('[');
export const CLOSE_ARRAY = code(']');
export const OPEN_OBJECT = code('{');
export const CLOSE_OBJECT = code('}');
const BACKSLASH = code('\\');
const ZERO = code('0');
const NINE = code('9');

export const ascii = (text: string) => Uint8Array.from(text, code);
const LITERALS = ['null', 'true', 'false'].map(ascii);

/** Whole numbers of more digits may be more than 2^53 - 1. */
const MAX_DIGITS = 15;

/** Offset after the one character that is to be at `at`. */
export function expect(bytes: Uint8Array, at: number, character: number): number {
  surpriseIf(bytes[at] !== character);
  return at + 1;
}

export function skipSpace(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

export function startsWith(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let at = 0; at < expected.length; at++) if (bytes[start + at] !== expected[at]) return false;
  return true;
}

/** Offset after the string whose opening quote is at `at`. */
export function endOfString(bytes: Uint8Array, at: number): number {
  const end = endOfPlainString(bytes, expect(bytes, at, QUOTE));
  surpriseIf(end === -1);
  return end + 1;
}

/** Offset after the digits at `start`, which are a whole number as JSON writes it. */
export function endOfNumber(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] >= ZERO && bytes[at] <= NINE) at++;
  surpriseIf(at === start || at - start > MAX_DIGITS || (bytes[start] === ZERO && at > start + 1));
  return at;
}

export function numberBetween(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) value = value * 10 + bytes[at] - ZERO;
  return value;
}

/** Offset after a value that is of no interest. */
export function endOfScalar(bytes: Uint8Array, at: number): number {
  if (bytes[at] === QUOTE) return endOfString(bytes, at);
  const literal = LITERALS.find((expected) => startsWith(bytes, at, expected));
  return literal === undefined ? endOfNumber(bytes, at) : at + literal.length;
}

/** The closing quote of the string that begins at `start`, or -1 where the string is not plain ASCII throughout. */
export function endOfPlainString(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] !== QUOTE) {
    if (bytes[at] < 0x20 || bytes[at] >= 0x7f || bytes[at] === BACKSLASH || at >= bytes.length) return -1;
    at++;
  }
  return at;
}

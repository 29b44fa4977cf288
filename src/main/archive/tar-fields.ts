import { latin1Path, type RawPath } from './raw-path.ts';

/** The archive is not what it should be; the message says how. */
export class BadTar extends Error {
  override readonly name: string = 'BadTar';
}

/** A field of text, up to its first NUL. */
export function textField(header: Buffer, start: number, length: number): RawPath {
  const field = header.toString('latin1', start, start + length);
  const end = field.indexOf('\0');
  return latin1Path(end === -1 ? field : field.slice(0, end));
}

/**
 * A field of a number: octal digits, or the base-256 form of GNU tar whose first bit is set, big-endian and in two's
 * complement (times before 1970, and owners that somebody counted down from 0).
 *
 * @throws BadTar where it is neither.
 */
export function numberField(header: Buffer, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  const first = field[0] ?? 0;
  if ((first & 0x80) === 0) {
    const digits = textField(header, start, length).trim();
    if (!/^[0-7]*$/.test(digits)) throw new BadTar('a header has a field that is not a number');
    return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
  const isNegative = (first & 0x40) !== 0;
  let value = isNegative ? -1 : 0;
  // The first bit is the mark of the form, the second the sign.
  value = value * 128 + (first & 0x7f);
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return value;
}

/** A field of a size in bytes. @throws BadTar where it is none. */
export function sizeField(header: Buffer, start: number, length: number): number {
  const size = numberField(header, start, length);
  if (!Number.isSafeInteger(size) || size < 0) throw new BadTar('a header has a size that cannot be');
  return size;
}

export function isZero(block: Buffer): boolean {
  for (let at = 0; at < block.length; at += 1) if (block[at] !== 0) return false;
  return true;
}

/** Whether the header's check sum holds. Some old programs added its bytes up as signed numbers. */
export function isWhole(header: Buffer): boolean {
  const stored = Number.parseInt(textField(header, 148, 8), 8);
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let at = 0; at < header.length; at += 1) {
    if (at === 148) at = 156;
    const byte = header[at] ?? 0;
    unsigned += byte;
    signed += byte < 128 ? byte : byte - 256;
  }
  return stored === unsigned || stored === signed;
}

import type { RawPath } from '../../pack/raw-path.ts';
import { TAR_BLOCK_BYTES } from '../../pack/tar-header.ts';
import type { ByteReader } from './byte-reader.ts';

/** An entry of somebody else's archive: nothing in it is to be trusted. */
export interface TarReaderEntry {
  readonly type: TarEntryType;
  /** As written, apart from trailing slashes. */
  readonly path: RawPath;
  readonly linkTarget: RawPath;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly sizeBytes: number;
  /** Where the contents start in the archive. */
  readonly offset: number;
}

export type TarEntryType =
  | 'file'
  | 'hardlink'
  | 'symlink'
  | 'character-device'
  | 'block-device'
  | 'directory'
  | 'fifo'
  | 'other';

/** The archive is not what it should be; the message says how. */
export class BadTar extends Error {
  override readonly name: string = 'BadTar';
}

/** The archive just stops after an entry. Some builders write layers so, and container runtimes take them. */
export class UnendedTar extends BadTar {
  override readonly name = 'UnendedTar';
}

const TYPES: Readonly<Record<string, TarEntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
  S: 'file',
};

/** More than any name needs; extended headers are kept in memory. */
const MAX_EXTENSION_BYTES = 1 << 20;

interface Extension {
  path?: RawPath;
  linkpath?: RawPath;
  size?: number;
}

/**
 * The entries of a tar archive: ustar, pax and GNU long names. Contents are skipped, or go to `contents`, which gets
 * those of an entry in pieces after the entry and before the next one. Memory does not grow with the archive.
 *
 * @throws BadTar where the archive is damaged or ends early.
 */
export async function* readTarEntries(
  reader: ByteReader,
  contents?: (piece: Buffer) => void,
): AsyncGenerator<TarReaderEntry> {
  let extension: Extension = {};
  for (;;) {
    const header = await reader.take(TAR_BLOCK_BYTES);
    if (header.length === 0) throw new UnendedTar('it ends without the two empty blocks that end an archive');
    if (header.length < TAR_BLOCK_BYTES) throw new BadTar('it ends in the middle of a header');
    if (isZero(header)) return;
    checkSum(header, reader.position() - TAR_BLOCK_BYTES);
    const flag = header.toString('latin1', 156, 157);
    const sizeBytes = extension.size ?? number(header, 124, 12);
    if (flag === 'x' || flag === 'L' || flag === 'K' || flag === 'g') {
      const bytes = await extensionBytes(reader, number(header, 124, 12));
      if (flag === 'x') extension = { ...extension, ...paxExtension(bytes) };
      else if (flag === 'L') extension = { ...extension, path: text(bytes, 0, bytes.length) };
      else if (flag === 'K') extension = { ...extension, linkpath: text(bytes, 0, bytes.length) };
      continue;
    }
    const entry = entryOf(header, TYPES[flag] ?? 'other', extension, sizeBytes, reader.position());
    extension = {};
    yield entry;
    await skipPadded(reader, entry, contents);
  }
}

function entryOf(
  header: Buffer,
  type: TarEntryType,
  extension: Extension,
  sizeBytes: number,
  offset: number,
): TarReaderEntry {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  const path = extension.path ?? (prefix === '' ? name : `${prefix}/${name}`);
  return {
    // Archives from before ustar have directories as files whose names end with a slash.
    type: type === 'file' && path.endsWith('/') ? 'directory' : type,
    path: path.replace(/(?<=.)\/+$/, ''),
    linkTarget: extension.linkpath ?? text(header, 157, 100),
    mode: number(header, 100, 8) & 0o7777,
    uid: number(header, 108, 8),
    gid: number(header, 116, 8),
    mtime: number(header, 136, 12),
    sizeBytes: type === 'file' ? sizeBytes : 0,
    offset,
  };
}

async function extensionBytes(reader: ByteReader, sizeBytes: number): Promise<Buffer> {
  if (sizeBytes > MAX_EXTENSION_BYTES) throw new BadTar('an extended header is larger than any name');
  const bytes = await reader.take(sizeBytes);
  if (bytes.length < sizeBytes) throw new BadTar('it ends in the middle of an extended header');
  await reader.skip(paddingOf(sizeBytes));
  return bytes;
}

async function skipPadded(
  reader: ByteReader,
  { sizeBytes, path }: TarReaderEntry,
  contents: ((piece: Buffer) => void) | undefined,
): Promise<void> {
  const passed = contents === undefined ? reader.skip(sizeBytes) : reader.pass(sizeBytes, contents);
  if ((await passed) < sizeBytes) throw new BadTar(`it ends in the middle of ${path}`);
  await reader.skip(paddingOf(sizeBytes));
}

function paddingOf(sizeBytes: number): number {
  return (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function checkSum(block: Buffer, position: number): void {
  let sum = 8 * 0x20;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  if (sum !== Number.parseInt(text(block, 148, 8), 8))
    throw new BadTar(`the header at byte ${position} is damaged`);
}

function text(bytes: Buffer, start: number, length: number): RawPath {
  const field = bytes.toString('latin1', start, start + length);
  const end = field.indexOf('\0');
  return end === -1 ? field : field.slice(0, end);
}

/** Octal digits, or the base-256 form whose first bit is set. */
function number(header: Buffer, start: number, length: number): number {
  const field = header.subarray(start, start + length);
  if (((field[0] ?? 0) & 0x80) === 0) {
    const digits = text(header, start, length).trim();
    if (!/^[0-7]*$/.test(digits)) throw new BadTar('a header has a field that is not a number');
    return digits === '' ? 0 : Number.parseInt(digits, 8);
  }
  let value = (field[0] ?? 0) & 0x7f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) throw new BadTar('a header has a size that cannot be');
  return value;
}

function paxExtension(bytes: Buffer): Extension {
  const extension: Extension = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, space));
    if (space === -1 || !Number.isInteger(length) || length < 5 || at + length > bytes.length) {
      throw new BadTar('an extended header is damaged');
    }
    const record = bytes.toString('latin1', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key === 'path') extension.path = value;
    else if (key === 'linkpath') extension.linkpath = value;
    else if (key === 'size') extension.size = paxSize(value);
    at += length;
  }
  return extension;
}

function paxSize(value: string): number {
  const size = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(size)) {
    throw new BadTar('an extended header has a size that cannot be');
  }
  return size;
}

import { isUtf8 } from 'node:buffer';
import { isAscii, type RawPath, raw, rawPathBytes } from './raw-path.ts';
import type { WrittenTarEntry } from './tar-entry.ts';

export const TAR_BLOCK_BYTES = 512;
/** Seconds since the epoch: Nix gives every file of a store this time. */
const MTIME = 1;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
/** The largest size that eleven octal digits hold: 8 GiB less one byte. */
const MAX_OCTAL_SIZE = 0o77777777777;
/** The same for the seven of an owner. */
const MAX_OCTAL_OWNER = 0o7777777;
/** Where readers look for extended attributes (star, GNU tar, libarchive, Go's archive/tar). */
const XATTR_KEY = 'SCHILY.xattr.';

const TYPE_FLAGS = { file: '0', symlink: '2', directory: '5', pax: 'x' } as const;

/**
 * The header blocks of one tar entry (POSIX.1-2017, pax Interchange Format): ustar where it can say everything, with an
 * extended header before it where it cannot (a long name or target, a name that is UTF-8 but not ASCII, 8 GiB and more,
 * an owner past 2097151, extended attributes). Owners without names, modification time 1: equal entries give equal bytes
 * on every machine.
 *
 * A name that is not UTF-8 keeps its bytes; where it needs an extended header, `hdrcharset=BINARY` says so.
 */
export function tarHeader(entry: WrittenTarEntry): Buffer {
  const path = entry.type === 'directory' ? raw`${entry.path}/` : entry.path;
  const { sizeBytes = 0, linkTarget = raw``, uid = 0, gid = 0, xattrs = {} } = entry;
  const split = splitPath(path);
  const records: [string, string][] = [];
  if (split === undefined || isNonAsciiUtf8(path)) records.push(['path', path]);
  if (linkTarget.length > NAME_BYTES || isNonAsciiUtf8(linkTarget)) records.push(['linkpath', linkTarget]);
  if (sizeBytes > MAX_OCTAL_SIZE) records.push(['size', String(sizeBytes)]);
  if (uid > MAX_OCTAL_OWNER) records.push(['uid', String(uid)]);
  if (gid > MAX_OCTAL_OWNER) records.push(['gid', String(gid)]);
  for (const name of Object.keys(xattrs).sort()) records.push([XATTR_KEY + name, xattrs[name] ?? '']);
  const block = ustarBlock(split ?? { prefix: '', name: path.slice(0, NAME_BYTES) }, entry.type, {
    mode: entry.mode,
    sizeBytes,
    uid,
    gid,
    linkTarget: linkTarget.slice(0, NAME_BYTES),
  });
  return records.length === 0 ? block : Buffer.concat([paxHeader(records), block]);
}

function isNonAsciiUtf8(path: RawPath): boolean {
  return !isAscii(path) && isUtf8(rawPathBytes(path));
}

interface SplitPath {
  readonly prefix: string;
  readonly name: string;
}

/** The two fields of ustar that make up a path, or undefined where they cannot hold it. */
function splitPath(path: RawPath): SplitPath | undefined {
  if (path.length <= NAME_BYTES) return { prefix: '', name: path };
  const slash = path.indexOf('/', path.length - NAME_BYTES - 1);
  if (slash < 1 || slash > PREFIX_BYTES || slash === path.length - 1) return undefined;
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

interface UstarFields {
  readonly mode: number;
  readonly sizeBytes: number;
  readonly uid: number;
  readonly gid: number;
  /** One code unit a byte, as all that is written here. */
  readonly linkTarget: string;
}

function ustarBlock(
  { prefix, name }: SplitPath,
  type: keyof typeof TYPE_FLAGS,
  { mode, sizeBytes, linkTarget, uid, gid }: UstarFields,
): Buffer {
  // From the pool: small buffers of their own cost more than all else here.
  const block = Buffer.allocUnsafe(TAR_BLOCK_BYTES);
  COMMON_FIELDS.copy(block);
  block.write(name, 0, 'latin1');
  block.write(octal(mode, 7), 100, 'latin1');
  if (uid !== 0) writeNumber(block, uid, 108, 7);
  if (gid !== 0) writeNumber(block, gid, 116, 7);
  writeNumber(block, sizeBytes, 124, 11);
  block.write(TYPE_FLAGS[type], 156, 'latin1');
  if (linkTarget !== '') block.write(linkTarget, 157, 'latin1');
  if (prefix !== '') block.write(prefix, 345, 'latin1');
  block.write(`${octal(checksum(block), 6)}\0`, 148, 'latin1');
  return block;
}

/** What every header has, with eight spaces in place of the check sum, as it is computed over them. */
const COMMON_FIELDS = commonFields();

function commonFields(): Buffer {
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  const nobody = octal(0, 7);
  for (const uidGidMajorMinor of [108, 116, 329, 337]) block.write(nobody, uidGidMajorMinor, 'latin1');
  block.write(octal(MTIME, 11), 136, 'latin1');
  block.fill(' ', 148, 156);
  block.write('ustar\x0000', 257, 'latin1');
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** Octal, or where that is too short the base-256 form, for readers that know it and not the extended header. */
function writeNumber(block: Buffer, value: number, at: number, digits: number): void {
  if (value < 8 ** digits) {
    block.write(octal(value, digits), at, 'latin1');
    return;
  }
  const bytes = digits + 1;
  block.fill(0, at, at + bytes);
  block[at] = 0x80;
  block.writeUIntBE(value, at + bytes - 6, 6);
}

function checksum(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < TAR_BLOCK_BYTES; at += 1) sum += block[at] ?? 0;
  return sum;
}

function paxHeader(records: readonly (readonly [string, string])[]): Buffer {
  // An attribute's value is bytes in any case.
  const binary = records.some(
    ([key, value]) => !key.startsWith(XATTR_KEY) && !isUtf8(Buffer.from(value, 'latin1')),
  );
  const all = binary ? [['hdrcharset', 'BINARY'] as const, ...records] : records;
  const body = Buffer.from(all.map(([key, value]) => paxRecord(key, value)).join(''), 'latin1');
  const block = ustarBlock({ prefix: '', name: 'PaxHeader' }, 'pax', {
    mode: 0o644,
    sizeBytes: body.length,
    uid: 0,
    gid: 0,
    linkTarget: '',
  });
  return Buffer.concat([block, body, tarPadding(body.length)]);
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

const ZEROS = Buffer.alloc(2 * TAR_BLOCK_BYTES);

/** The zeros that fill up the last block of contents of the given size. */
export function tarPadding(sizeBytes: number): Buffer {
  return ZEROS.subarray(0, (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
}

/** Two empty blocks end an archive. */
export const TAR_END = ZEROS;

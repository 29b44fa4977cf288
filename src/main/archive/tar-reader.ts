import type { LayerEntry } from '../../engine/contents/layer-entry.ts';
import type { ByteReader } from './byte-reader.ts';
import { displayPath, latin1Path, raw } from './raw-path.ts';
import type { StoredTarEntry } from './tar-entry.ts';
import { type Extension, paxExtension } from './tar-extension.ts';
import { BadTar, isWhole, isZero, numberField, sizeField, textField } from './tar-fields.ts';
import { TAR_BLOCK_BYTES } from './tar-header.ts';

/** The archive just stops after an entry. Some builders write layers so, and container runtimes take them. */
export class UnendedTar extends BadTar {
  override readonly name = 'UnendedTar';
}

const TYPES = new Map<string, LayerEntry['type']>(
  Object.entries({
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
  }),
);

/** More than any name needs; extended headers are kept in memory. */
const MAX_EXTENSION_BYTES = 1 << 20;

/** Types whose size says nothing: they have no contents, as Go's reader, which runtimes use, has it. */
const WITHOUT_CONTENTS: readonly LayerEntry['type'][] = [
  'hardlink',
  'symlink',
  'character-device',
  'block-device',
  'directory',
  'fifo',
];

/**
 * The entries of a tar archive: ustar, pax, and GNU's long names, large numbers and sparse files. Contents are skipped,
 * or go to `contents`, which gets those of an entry in pieces after the entry and before the next one: of a sparse file
 * as they are stored. Memory does not grow with the archive. Global extended headers are skipped, as container runtimes
 * do.
 *
 * @throws BadTar where the archive is damaged or ends early.
 */
export async function* readTarEntries(
  reader: ByteReader,
  contents?: (piece: Buffer) => void,
): AsyncGenerator<StoredTarEntry> {
  let extension: Extension = {};
  for (;;) {
    const header = await reader.take(TAR_BLOCK_BYTES);
    if (header.length === 0) throw new UnendedTar('it ends without the two empty blocks that end an archive');
    if (header.length < TAR_BLOCK_BYTES) throw new BadTar('it ends in the middle of a header');
    if (isZero(header)) return await checkEnd(reader);
    if (!isWhole(header)) {
      throw new BadTar(`the header at byte ${reader.position() - TAR_BLOCK_BYTES} is damaged`);
    }
    const flag = header.toString('latin1', 156, 157);
    if (flag === 'x' || flag === 'L' || flag === 'K' || flag === 'g') {
      const bytes = await extensionBytes(reader, sizeField(header, 124, 12));
      if (flag === 'x') extension = { ...extension, ...paxExtension(bytes) };
      else if (flag === 'L') extension = { ...extension, path: textField(bytes, 0, bytes.length) };
      else if (flag === 'K') extension = { ...extension, linkpath: textField(bytes, 0, bytes.length) };
      continue;
    }
    const expandedBytes = flag === 'S' ? await oldSparseSize(reader, header) : extension.expandedSize;
    const entry = entryOf(header, flag, { ...extension, expandedSize: expandedBytes }, reader.position());
    extension = {};
    yield entry;
    await skipPadded(reader, entry, contents);
  }
}

/** One empty block alone does not end an archive: readers differ in whether they go on after it. */
async function checkEnd(reader: ByteReader): Promise<void> {
  const second = await reader.take(TAR_BLOCK_BYTES);
  if (!isZero(second)) throw new BadTar('it goes on after an empty block');
}

/** Steps over what follows the header of a sparse file of GNU's old form. @returns the size of its contents. */
async function oldSparseSize(reader: ByteReader, header: Buffer): Promise<number> {
  let isContinued = header[482] !== 0;
  while (isContinued) {
    const more = await reader.take(TAR_BLOCK_BYTES);
    if (more.length < TAR_BLOCK_BYTES) throw new BadTar('it ends in the middle of a header');
    isContinued = more[504] !== 0;
  }
  return sizeField(header, 483, 12);
}

function entryOf(header: Buffer, flag: string, extension: Extension, offset: number): StoredTarEntry {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textField(header, 345, 155) : raw``;
  const name = textField(header, 0, 100);
  const path = extension.path ?? (prefix === '' ? name : raw`${prefix}/${name}`);
  // Archives from before ustar have directories as files whose names end with a slash.
  const type = flag === '\0' && path.endsWith('/') ? 'directory' : (TYPES.get(flag) ?? 'other');
  const storedBytes = WITHOUT_CONTENTS.includes(type) ? 0 : (extension.size ?? sizeField(header, 124, 12));
  return {
    type,
    path: latin1Path(path.replace(/(?<=.)\/+$/, '')),
    linkTarget: extension.linkpath ?? textField(header, 157, 100),
    mode: numberField(header, 100, 8) & 0o7777,
    uid: extension.uid ?? numberField(header, 108, 8),
    gid: extension.gid ?? numberField(header, 116, 8),
    mtime: extension.mtime ?? numberField(header, 136, 12),
    sizeBytes: type === 'file' ? (extension.expandedSize ?? storedBytes) : 0,
    storedBytes,
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
  { storedBytes, path }: StoredTarEntry,
  contents: ((piece: Buffer) => void) | undefined,
): Promise<void> {
  const passed = contents === undefined ? reader.skip(storedBytes) : reader.pass(storedBytes, contents);
  if ((await passed) < storedBytes) throw new BadTar(`it ends in the middle of ${displayPath(path)}`);
  await reader.skip(paddingOf(storedBytes));
}

function paddingOf(sizeBytes: number): number {
  return (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

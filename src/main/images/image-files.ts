import type { Stats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { fileReader } from '../archive/byte-reader.ts';
import { sniffCompression } from '../archive/decompress.ts';
import { decompressedCopy } from '../archive/decompressed-copy.ts';
import { mostLayerBytes } from '../archive/measure.ts';
import { displayPath } from '../archive/raw-path.ts';
import type { StoredTarEntry } from '../archive/tar-entry.ts';
import { BadTar } from '../archive/tar-fields.ts';
import { readTarEntries } from '../archive/tar-reader.ts';
import { errorCode, fileSystemError } from '../files/file-system-error.ts';
import { readPieces } from '../files/read-pieces.ts';
import type { ArchivedFile, ImageFiles } from './archived-file.ts';
import { skopeoDirectory } from './skopeo-directory.ts';

/** More files than any image has; an index of them, and of what is wrong with them, is kept in memory. */
const MAX_FILES = 100_000;

/**
 * Opens what may be an image: a tar archive, compressed as a whole or not, or a directory. Nothing of it is
 * unpacked; what is compressed as a whole is first decompressed, see {@link decompressedCopy}.
 *
 * @throws StrataError `file-system` when it cannot be read, `invalid-image` when it is neither.
 */
export async function openImageFiles(path: string, signal?: AbortSignal): Promise<ImageFiles> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return await openDirectory(path);
    // To open a pipe would wait for a writer, and an archive in it cannot be sought in.
    if (!stats.isFile()) throw new StrataError('file-system', `${path} is neither a file nor a directory.`);
    return await openTar(path, signal);
  } catch (error) {
    throw fileSystemError(error, 'read', path);
  }
}

async function openDirectory(directory: string): Promise<ImageFiles> {
  const files = new Map<string, ArchivedFile>();
  for (const folder of ['', 'blobs/sha256', 'blobs/sha512']) {
    for (const name of await namesIn(join(directory, folder))) {
      const path = posix.join(folder, name);
      const file = join(directory, path);
      const stats = await statIfThere(file);
      if (stats === undefined || !stats.isFile()) continue;
      if (files.size === MAX_FILES)
        throw new StrataError('invalid-image', `${directory} has more than ${MAX_FILES} files.`);
      files.set(path, {
        path,
        sizeBytes: stats.size,
        place: path,
        read: (signal, range = { start: 0, end: stats.size }) => readPieces(file, { range, signal }),
      });
    }
  }
  const manifest = files.has('index.json') ? undefined : files.get('manifest.json');
  const layout = manifest && (await openSkopeoDirectory([...files.values()], manifest));
  return {
    kind: layout === undefined ? 'directory' : 'skopeo-directory',
    files: layout ?? files,
    problems: [],
    close: async () => {},
  };
}

/** No manifest in use is larger. */
const MAX_MANIFEST_BYTES = 8 << 20;

async function openSkopeoDirectory(files: readonly ArchivedFile[], manifest: ArchivedFile) {
  if (manifest.sizeBytes > MAX_MANIFEST_BYTES) return undefined;
  return skopeoDirectory(files, await buffer(manifest.read()));
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined also for a link that leads nowhere: as good as a file that is missing. */
async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function openTar(path: string, signal: AbortSignal | undefined): Promise<ImageFiles> {
  const handle = await openPlainTar(path, signal);
  try {
    const { entries, problems } = await indexTar(handle, path, signal);
    return { kind: 'tar', files: tarFiles(entries, handle), problems, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The archive itself, or its uncompressed copy. */
async function openPlainTar(path: string, signal: AbortSignal | undefined): Promise<FileHandle> {
  const handle = await open(path, 'r');
  let tar = handle;
  try {
    const compression = sniffCompression(await startOf(handle));
    if (compression !== 'none') {
      const { size: sizeBytes } = await handle.stat();
      const pieces = readPieces(handle, { range: { start: 0, end: sizeBytes }, signal });
      const mostBytes = mostLayerBytes(sizeBytes);
      tar = await decompressedCopy(pieces, { path, compression, mostBytes });
    }
    refuseOtherFormats(await startOf(tar), path);
    return tar;
  } catch (error) {
    if (tar !== handle) await tar.close();
    await handle.close();
    throw error;
  } finally {
    if (tar !== handle) await handle.close();
  }
}

function startOf(handle: FileHandle): Promise<Buffer> {
  return fileReader(handle, 0, 512).take(512);
}

function refuseOtherFormats(start: Buffer, path: string): void {
  const unread = UNREAD_COMPRESSIONS.find(({ magic }) => start.toString('latin1').startsWith(magic));
  if (unread !== undefined) {
    throw new StrataError('invalid-image', `${path} is compressed as a whole (${unread.name}).`, {
      hint: `Unpack it with \`${unread.command}\` first, or compress it with gzip or zstd.`,
    });
  }
  if (start.length < 512 || start.toString('latin1', 257, 262) !== 'ustar') {
    throw new StrataError('invalid-image', `${path} is not a tar archive.`, {
      hint: "An image is an OCI archive, a docker-archive, a directory with an OCI image layout, or skopeo's `dir:`.",
    });
  }
}

const UNREAD_COMPRESSIONS = [
  { name: 'xz', magic: '\xfd7zXZ\0', command: 'unxz' },
  { name: 'bzip2', magic: 'BZh', command: 'bunzip2' },
] as const;

async function indexTar(handle: FileHandle, path: string, signal: AbortSignal | undefined) {
  const entries = new Map<string, StoredTarEntry>();
  const problems: string[] = [];
  const { size } = await handle.stat();
  let count = 0;
  try {
    for await (const entry of readTarEntries(fileReader(handle, 0, size))) {
      throwIfCancelled(signal);
      count += 1;
      if (count > MAX_FILES) throw new BadTar(`it has more than ${MAX_FILES} files`);
      const name = posix.normalize(displayPath(entry.path));
      if (entry.type === 'directory') continue;
      for (const problem of oddities(name, entry)) problems.push(problem);
      if (entries.has(name))
        problems.push(`The archive has ${name} more than once; readers differ in which they take.`);
      entries.set(name, entry);
    }
  } catch (error) {
    if (!(error instanceof BadTar)) throw error;
    problems.push(`The archive ${path} is damaged: ${error.message}.`);
  }
  return { entries, problems };
}

/** What no archive of an image has, and what unpacking it would put in danger. Nothing here follows it. */
function oddities(
  name: string,
  { type, linkTarget, sizeBytes, storedBytes }: StoredTarEntry,
): readonly string[] {
  if (leadsOutside(name)) return [`The archive has a file outside of itself: ${name}.`];
  if (type === 'file' && sizeBytes !== storedBytes) {
    return [`The archive has a sparse file, which no image needs: ${name}.`];
  }
  if (type === 'symlink' || type === 'hardlink') {
    const target = displayPath(linkTarget);
    const from = type === 'symlink' ? posix.dirname(name) : '.';
    const outside = target.startsWith('/') || leadsOutside(posix.join(from, target));
    return outside ? [`The archive has a link that leads out of it: ${name} -> ${target}.`] : [];
  }
  return type === 'file'
    ? []
    : [`The archive has a ${type.replace('-', ' ')}, which no image needs: ${name}.`];
}

function leadsOutside(path: string): boolean {
  return path.startsWith('/') || path === '..' || path.startsWith('../');
}

function tarFiles(
  entries: ReadonlyMap<string, StoredTarEntry>,
  handle: FileHandle,
): ReadonlyMap<string, ArchivedFile> {
  const files = new Map<string, ArchivedFile>();
  for (const name of entries.keys()) {
    const entry = followLinks(name, entries);
    if (entry === undefined) continue;
    const { offset, sizeBytes } = entry;
    files.set(name, {
      path: name,
      sizeBytes,
      place: String(offset),
      read: (signal, { start, end } = { start: 0, end: sizeBytes }) =>
        readPieces(handle, { range: { start: offset + start, end: offset + end }, signal }),
    });
  }
  return files;
}

const MAX_LINKS = 8;

/** Docker wrote a layer that appears twice as a link to the first. */
function followLinks(name: string, entries: ReadonlyMap<string, StoredTarEntry>): StoredTarEntry | undefined {
  let at = name;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    const entry = entries.get(at);
    if (entry?.type === 'symlink') at = posix.join(posix.dirname(at), displayPath(entry.linkTarget));
    else if (entry?.type === 'hardlink') at = posix.normalize(displayPath(entry.linkTarget));
    else return entry?.type === 'file' ? entry : undefined;
  }
  return undefined;
}

import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FileField } from '../../shared/document/root-fields.ts';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';
import { displayPath, fsPath, joinRaw, latin1Path, type RawPath, raw, rawPath } from '../archive/raw-path.ts';
import type { DiskFile } from '../archive/tar-tree.ts';
import { errorCode, fileSystemError } from '../files/file-system-error.ts';
import { IGNORE_FILE, type IgnorePatterns, ignoring } from './ignored-files.ts';

/** A file, link or directory of this machine that an image is to have. */
export interface FoundEntry {
  /** Below what the document names; '' for that itself. */
  readonly path: RawPath;
  readonly node:
    | { readonly type: 'directory' }
    | { readonly type: 'link'; readonly target: RawPath }
    | { readonly type: 'file'; readonly disk: DiskFile; readonly isExecutable: boolean };
}

/** What `files[index]` of a document brings: parents before children, siblings in the order of their names' bytes. */
export interface FoundFiles {
  /** The name of the file or directory that the document names. */
  readonly name: RawPath;
  readonly entries: readonly FoundEntry[];
  /** Of all files. */
  readonly sizeBytes: number;
}

export interface ReadFilesContext {
  /** Relative paths are taken from here; from the working directory where it is left out. */
  readonly baseDirectory?: string | undefined;
  /** The path with its links followed; throws a StrataError where it may not be read. */
  readonly checkFile?: ((path: string) => Promise<string>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists the files of this machine that a document names, without reading what is in them.
 *
 * @returns by the index of the field; none for those of text or links.
 * @throws StrataError `file-system` where one is missing, cannot be read, or is no file, link or directory; Cancelled.
 */
export async function readOwnFiles(
  fields: readonly FileField[],
  context: ReadFilesContext,
): Promise<ReadonlyMap<number, FoundFiles>> {
  const found = new Map<number, FoundFiles>();
  for (const [index, { from, exclude = [] }] of fields.entries()) {
    if (from !== undefined) found.set(index, await readFrom(from, exclude, `files[${index}].from`, context));
  }
  return found;
}

async function readFrom(
  from: string,
  exclude: readonly string[],
  place: string,
  { baseDirectory = '.', checkFile, signal }: ReadFilesContext,
): Promise<FoundFiles> {
  const named = resolve(baseDirectory, from);
  const top = rawPath(await attempt(place, rawPath(named), () => (checkFile ?? realpath)(named)));
  const { lists } = await ignoreListsOf(from, exclude, place, { baseDirectory });
  const name = rawPath(named.slice(named.lastIndexOf('/') + 1));
  const isIgnored = ignoring(lists, named);
  const entries: FoundEntry[] = [];
  const add = (path: RawPath, onDisk: RawPath, stats: Stats) =>
    entries.push({
      path,
      node: {
        type: 'file',
        disk: { file: onDisk, sizeBytes: stats.size },
        isExecutable: (stats.mode & 0o111) !== 0,
      },
    });
  const visit = async (path: RawPath, onDisk: RawPath, kind: Stats | Dirent): Promise<void> => {
    throwIfCancelled(signal);
    if (kind.isFile()) {
      add(path, onDisk, await attempt(place, onDisk, () => lstat(fsPath(onDisk))));
    } else if (kind.isSymbolicLink()) {
      const target = latin1Path(await attempt(place, onDisk, () => readlink(fsPath(onDisk), 'latin1')));
      entries.push({ path, node: { type: 'link', target } });
    } else if (kind.isDirectory()) {
      entries.push({ path, node: { type: 'directory' } });
      await visitAll(path, onDisk);
    } else {
      throw new StrataError('file-system', `${place}: ${displayPath(onDisk)} is ${oddKind(kind)}.`, {
        hint: `An image holds files, directories and links. Add it to ${place.replace(/from$/, 'exclude')}.`,
      });
    }
  };
  const visitAll = async (path: RawPath, onDisk: RawPath): Promise<void> => {
    const children = await attempt(place, onDisk, () =>
      readdir(fsPath(onDisk), { encoding: 'latin1', withFileTypes: true }),
    );
    children.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const child of children) {
      const name = latin1Path(child.name);
      const childPath = joinRaw(path, name);
      if (childPath === IGNORE_FILE) continue;
      const before = entries.length;
      const ignored = isIgnored(childPath);
      if (ignored && !(child.isDirectory() && isIgnored.hasExceptions)) continue;
      await visit(childPath, raw`${onDisk}/${name}`, child);
      // A directory that is left out is there for what an exception keeps in it.
      if (ignored && entries.length === before + 1) entries.pop();
    }
  };
  await visit(raw``, top, await attempt(place, top, () => lstat(fsPath(top))));
  const sizeBytes = entries.reduce(
    (sum, { node }) => sum + (node.type === 'file' ? node.disk.sizeBytes : 0),
    0,
  );
  return { name, entries, sizeBytes };
}

/**
 * What leaves out files of a directory that a document names: the `.dockerignore` of the document's directory, its own, and
 * the document.
 *
 * @returns also the path of the directory. @throws StrataError `file-system` where one cannot be read.
 */
export async function ignoreListsOf(
  from: string,
  exclude: readonly string[],
  place: string,
  { baseDirectory = '.', checkFile }: ReadFilesContext,
): Promise<{ readonly top: string; readonly lists: readonly IgnorePatterns[] }> {
  const base = resolve(baseDirectory);
  const top = resolve(base, from);
  if (checkFile !== undefined) await attempt(place, rawPath(top), () => checkFile(top));
  const lists = [
    { directory: base, patterns: await ignorePatterns(base) },
    ...(top === base ? [] : [{ directory: top, patterns: await ignorePatterns(top) }]),
    { directory: top, patterns: exclude },
  ];
  return { top, lists };
}

async function ignorePatterns(directory: string): Promise<readonly string[]> {
  const file = `${directory}/${IGNORE_FILE}`;
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return [];
    throw fileSystemError(error, 'read', file);
  }
}

function oddKind(kind: Stats | Dirent): string {
  if (kind.isSocket()) return 'a socket';
  if (kind.isFIFO()) return 'a named pipe';
  return 'a device';
}

async function attempt<T>(place: string, path: RawPath, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const told = fileSystemError(error, 'read', displayPath(path));
    if (!(told instanceof StrataError)) throw told;
    const { code, hint, details } = told;
    throw new StrataError(code, `${place}: ${told.message}`, { hint, details, cause: error });
  }
}

import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { displayPath, fsPath, type RawPath, raw, rawPath } from '../archive/raw-path.ts';
import type { DiskFile, TreeEntry } from '../archive/tar-tree.ts';
import { errorCode, fileSystemError } from '../files/file-system-error.ts';

/** The time that files of images have. */
export const MTIME_SECONDS = 1;

export interface WriteRootOptions {
  /** An empty directory. */
  readonly directory: string;
  /** Whether files get the owners that they have in the image: only root can give them. */
  readonly withOwners: boolean;
}

/**
 * Writes the root file system of an image to disk, as unpacking its layers would.
 *
 * @param entries of its layers, in manifest order: of two of one directory, the later one says its mode and owner.
 * @throws StrataError `file-system`, `disk-full`.
 */
export function writeRoot(
  entries: readonly TreeEntry<DiskFile>[],
  { directory, withOwners }: WriteRootOptions,
): void {
  const base = rawPath(directory);
  for (const entry of entries) {
    const path = raw`${base}/${entry.path}`;
    try {
      writeEntry(entry, path);
    } catch (error) {
      throw fileSystemError(error, 'write', displayPath(path));
    }
  }
  // The innermost first: a directory that is written to has another time, and one may be closed to who made it.
  for (const entry of entries.toReversed()) {
    const path = fsPath(raw`${base}/${entry.path}`);
    if (withOwners) lchownSync(path, entry.uid ?? 0, entry.gid ?? 0);
    // After the owner: a change of it takes the setuid bit away.
    if (entry.type !== 'symlink') chmodSync(path, entry.mode);
    lutimesSync(path, MTIME_SECONDS, MTIME_SECONDS);
  }
  chmodSync(directory, 0o755);
}

function writeEntry(entry: TreeEntry<DiskFile>, path: RawPath): void {
  const place = fsPath(path);
  // What a base has there gives way; a directory is never in the way of a file.
  if (entry.type !== 'directory') rmSync(place, { force: true });
  if (entry.type === 'directory') makeDirectory(place);
  else if (entry.type === 'symlink') symlinkSync(fsPath(entry.target), place);
  else if ('disk' in entry) {
    // A clone where the file system can: then large files take neither time nor space.
    copyFileSync(fsPath(entry.disk.file), place, constants.COPYFILE_FICLONE);
  } else writeFileSync(place, entry.text, entry.encoding ?? 'utf8');
}

/** With rights to write in it until all is there. */
function makeDirectory(place: string | Buffer): void {
  try {
    mkdirSync(place, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !lstatSync(place).isDirectory()) throw error;
  }
}

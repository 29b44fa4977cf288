import {
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { displayPath, fsPath, type RawPath } from '../pack/raw-path.ts';
import { fileSystemError } from '../store/file-system-error.ts';
import type { ListedEntry } from './root-tree.ts';

/**
 * Lists a directory of a package. What is not a directory, such as an output that is a single file, has no entries.
 *
 * @throws StrataError `file-system` when it cannot be read.
 */
export function listPackageDirectory(path: RawPath): readonly ListedEntry[] {
  try {
    return readdirSync(fsPath(path), { encoding: 'latin1', withFileTypes: true }).map((entry) =>
      listed(path, entry),
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [];
    throw fileSystemError(error, 'read', displayPath(path));
  }
}

function listed(parent: RawPath, entry: Dirent): ListedEntry {
  const { name } = entry;
  if (!entry.isSymbolicLink()) return { name, type: entry.isDirectory() ? 'directory' : 'file' };
  const path = fsPath(`${parent}/${name}`);
  const linkTarget = readlinkSync(path, 'latin1');
  // A link in a circle makes stat fail: it leads nowhere.
  const leadsTo = attempt(() => statSync(path));
  if (!leadsTo?.isDirectory()) return { name, type: 'file', linkTarget };
  return { name, type: 'directory', linkTarget, realPath: realpathSync(path, 'latin1') };
}

/** Whether two paths lead to the same file, or to files of the same kind and contents. */
export function isSameFile(a: RawPath, b: RawPath): boolean {
  const [left, right] = [a, b].map((path) => attempt(() => realpathSync(fsPath(path), 'latin1')));
  if (left === undefined || right === undefined) return isSameDanglingLink(a, b);
  if (left === right) return true;
  const [one, other] = [lstatSync(fsPath(left)), lstatSync(fsPath(right))];
  if (!one.isFile() || !other.isFile() || one.size !== other.size) return false;
  if ((one.mode & 0o100) !== (other.mode & 0o100)) return false;
  return readFileSync(fsPath(left)).equals(readFileSync(fsPath(right)));
}

function isSameDanglingLink(a: RawPath, b: RawPath): boolean {
  const [left, right] = [a, b].map((path) => attempt(() => readlinkSync(fsPath(path), 'latin1')));
  return left === right && left?.startsWith('/') === true;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

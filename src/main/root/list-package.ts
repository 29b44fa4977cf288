import {
  closeSync,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import {
  displayPath,
  fsPath,
  latin1Path,
  physicalRawPath,
  type RawPath,
  raw,
  rawPath,
} from '../archive/raw-path.ts';
import type { DiskFile } from '../archive/tar-tree.ts';
import { errorCode, fileSystemError } from '../files/file-system-error.ts';
import { realPathBelow } from './real-path.ts';
import type { ListDirectory, ListedEntry } from './root-tree.ts';

type PackageText = { readonly type: 'text'; readonly text: string } | { readonly type: 'unfit' };

interface PackageFile {
  readonly disk: DiskFile;
  readonly isExecutable: boolean;
}

/** In bytes. */
const LONGEST_TEXT = 1 << 20;

/** How to look at packages on disk. */
export interface PackageFiles {
  /**
   * Lists a directory of a package. What is not a directory, such as an output that is a single file, has no entries.
   *
   * @throws StrataError `file-system` when it cannot be read.
   */
  readonly list: ListDirectory;
  /** Whether two paths lead to the same file, or to files of the same kind and contents. */
  readonly isSameFile: (a: RawPath, b: RawPath) => boolean;
  /**
   * The text of a short file, links followed. Undefined where there is nothing; `unfit` where there is something that is
   * no short file in the stores.
   *
   * @throws StrataError `file-system` when it cannot be read.
   */
  readonly readText: (path: RawPath) => PackageText | undefined;
  /** The file that a path leads to, links followed; undefined where there is none in the stores. */
  readonly fileAt: (path: RawPath) => PackageFile | undefined;
}

/**
 * Looks at packages in these stores, and only there: where a link leads out of them is a matter of the machine that
 * builds, not of the image, so such links are taken as they are.
 *
 * @param storeRoot below which directory the stores lie on disk
 */
export function packageFiles(storeDirectories: readonly string[], storeRoot = ''): PackageFiles {
  const root = rawPath(storeRoot);
  const disk = (path: RawPath) => fsPath(physicalRawPath(root, path));
  const prefixes = [...new Set(storeDirectories)].map((directory) => `${directory}/`);
  /** Where in the stores a path leads with all links resolved. */
  const resolve = (path: RawPath): RawPath | undefined => {
    const real = attempt(() => realPathBelow(root, path));
    return real !== undefined && prefixes.some((prefix) => real.startsWith(prefix)) ? real : undefined;
  };
  const listed = (parent: RawPath, entry: Dirent): ListedEntry => {
    const name = latin1Path(entry.name);
    if (!entry.isSymbolicLink()) return { name, type: entry.isDirectory() ? 'directory' : 'file' };
    const path = raw`${parent}/${name}`;
    const linkTarget = latin1Path(readlinkSync(disk(path), 'latin1'));
    const realPath = resolve(path);
    if (realPath === undefined || !statSync(disk(realPath)).isDirectory()) {
      return { name, type: 'file', linkTarget };
    }
    return { name, type: 'directory', linkTarget, realPath };
  };
  return {
    list(path) {
      try {
        return readdirSync(disk(path), { encoding: 'latin1', withFileTypes: true }).map((entry) =>
          listed(path, entry),
        );
      } catch (error) {
        if (errorCode(error) === 'ENOTDIR') return [];
        throw fileSystemError(error, 'read', displayPath(path));
      }
    },
    isSameFile(a, b) {
      const [left, right] = [resolve(a), resolve(b)];
      if (left === undefined || right === undefined) return hasSameTarget(disk(a), disk(b));
      return left === right || hasSameContents(disk(left), disk(right));
    },
    fileAt(path) {
      const real = resolve(path);
      const stats = real && attempt(() => lstatSync(disk(real)));
      if (real === undefined || !stats?.isFile()) return undefined;
      const file = physicalRawPath(root, real);
      return { disk: { file, sizeBytes: stats.size }, isExecutable: (stats.mode & 0o100) !== 0 };
    },
    readText(path) {
      const real = resolve(path);
      if (real === undefined) {
        return attempt(() => lstatSync(disk(path))) === undefined ? undefined : { type: 'unfit' };
      }
      try {
        const stats = statSync(disk(real));
        if (!stats.isFile() || stats.size > LONGEST_TEXT) return { type: 'unfit' };
        return { type: 'text', text: readFileSync(disk(real), 'utf8') };
      } catch (error) {
        throw fileSystemError(error, 'read', displayPath(path));
      }
    },
  };
}

type DiskPath = string | Buffer;

function hasSameContents(a: DiskPath, b: DiskPath): boolean {
  const [one, other] = [lstatSync(a), lstatSync(b)];
  if (!one.isFile() || !other.isFile() || one.size !== other.size) return false;
  if ((one.mode & 0o100) !== (other.mode & 0o100)) return false;
  return hasSameBytes(a, b);
}

const COMPARED_BYTES = 1 << 20;

/** Piece by piece: two packages may have the same gigabytes. */
function hasSameBytes(a: DiskPath, b: DiskPath): boolean {
  const files: number[] = [];
  try {
    const [left, right] = [a, b].map((path) => {
      const fd = openSync(path, 'r');
      files.push(fd);
      const buffer = Buffer.allocUnsafe(COMPARED_BYTES);
      return () => buffer.subarray(0, readSync(fd, buffer));
    });
    for (;;) {
      const [one = NOTHING, other = NOTHING] = [left?.(), right?.()];
      if (!one.equals(other)) return false;
      if (one.length === 0) return true;
    }
  } finally {
    for (const fd of files) closeSync(fd);
  }
}

const NOTHING = Buffer.alloc(0);

/** For links that lead out of the store or nowhere: an absolute target is the same wherever the link is. */
function hasSameTarget(a: DiskPath, b: DiskPath): boolean {
  const [left, right] = [a, b].map((path) => attempt(() => readlinkSync(path, 'latin1')));
  return left === right && left?.startsWith('/') === true;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

import {
  closeSync,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs';
import { isWhiteoutName } from '../../engine/contents/layer-entry.ts';
import { StrataError } from '../../shared/errors.ts';
import type { ByteSink } from '../archive/byte-sink.ts';
import {
  displayPath,
  fsPath,
  latin1Path,
  physicalRawPath,
  type RawPath,
  raw,
  rawPath,
  withoutRoot,
} from '../archive/raw-path.ts';
import { TAR_END, tarHeader, tarPadding } from '../archive/tar-header.ts';
import { fileSystemError } from '../files/file-system-error.ts';

/**
 * Writes a tar archive of whole store paths: the directories above them once, then each path with all that is in it,
 * parents before children and siblings in the order of their names' bytes. Modes are those that Nix gives (0555 for
 * directories and executable files, 0444 for other files). Files that share an inode are written as files of their own:
 * whether they share one depends on the machine (`nix-store --optimise`).
 *
 * Reads synchronously, for use in a worker thread.
 *
 * @param storeRoot below which directory the paths lie on disk; it is not in the archive
 * @throws StrataError `file-system` when a path cannot be read or is neither file, directory nor link;
 *   `unsupported-file-name` for a name that would be a whiteout.
 */
export function writeStorePaths(storePaths: readonly string[], sink: ByteSink, storeRoot = ''): void {
  const disk = diskBelow(storeRoot);
  for (const path of parentDirectories(storePaths)) {
    sink.write(tarHeader({ type: 'directory', path: rawPath(path), mode: 0o755 }));
  }
  for (const path of storePaths.toSorted()) writeAny(rawPath(path), sink, disk);
  sink.write(TAR_END);
}

/** `nix`, `nix/store`: each directory above a store path, parents first. */
function parentDirectories(storePaths: readonly string[]): readonly string[] {
  const parents = new Set<string>();
  for (const path of storePaths) {
    for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      parents.add(path.slice(1, slash));
    }
  }
  return [...parents].sort();
}

/** How to name a store path to the file system. */
type OnDisk = (path: RawPath) => string | Buffer;

function diskBelow(storeRoot: string): OnDisk {
  const root = rawPath(storeRoot);
  return (path) => fsPath(physicalRawPath(root, path));
}

type Kind = 'file' | 'symlink' | 'directory';

function writeAny(path: RawPath, sink: ByteSink, disk: OnDisk): void {
  const kind = attempt(path, () => kindOf(lstatSync(disk(path)), path));
  writeKind(kind, path, sink, disk);
}

function writeKind(kind: Kind, path: RawPath, sink: ByteSink, disk: OnDisk): void {
  if (kind === 'directory') writeDirectory(path, sink, disk);
  else if (kind === 'symlink') writeSymlink(path, sink, disk);
  else writeFile(path, sink, disk);
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>, path: RawPath): Kind {
  if (entry.isFile()) return 'file';
  if (entry.isSymbolicLink()) return 'symlink';
  if (entry.isDirectory()) return 'directory';
  throw new StrataError('file-system', `${displayPath(path)} is neither a file, a directory nor a link.`, {
    hint: 'A Nix store holds nothing else. Check the store with `nix-store --verify --check-contents`.',
  });
}

function writeDirectory(path: RawPath, sink: ByteSink, disk: OnDisk): void {
  sink.write(tarHeader({ type: 'directory', path: withoutRoot(path), mode: 0o555 }));
  const entries = attempt(path, () => readdirSync(disk(path), { encoding: 'latin1', withFileTypes: true }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const child = raw`${path}/${latin1Path(entry.name)}`;
    if (isWhiteoutName(entry.name)) throw whiteout(child);
    writeKind(kindOf(entry, child), child, sink, disk);
  }
}

/** Escaped it would have another name than its package knows it by, and no format of layers has a way to escape it. */
function whiteout(path: RawPath): StrataError {
  return new StrataError(
    'unsupported-file-name',
    `${displayPath(path)} cannot be in an image: a name that begins with “.wh.” removes other files there.`,
    { hint: 'Build the package without that file, or leave the package out.' },
  );
}

function writeSymlink(path: RawPath, sink: ByteSink, disk: OnDisk): void {
  const linkTarget = latin1Path(attempt(path, () => readlinkSync(disk(path), 'latin1')));
  sink.write(tarHeader({ type: 'symlink', path: withoutRoot(path), mode: 0o777, linkTarget }));
}

function writeFile(path: RawPath, sink: ByteSink, disk: OnDisk): void {
  const fd = attempt(path, () => openSync(disk(path), 'r'));
  try {
    const { size, mode } = fstatSync(fd);
    const executable = (mode & 0o100) !== 0;
    sink.write(
      tarHeader({ type: 'file', path: withoutRoot(path), mode: executable ? 0o555 : 0o444, sizeBytes: size }),
    );
    sink.fill(size, (target) => {
      const count = attempt(path, () => readSync(fd, target, 0, target.length, null));
      if (count === 0) {
        throw new StrataError('file-system', `${displayPath(path)} became shorter while it was read.`);
      }
      return count;
    });
    sink.write(tarPadding(size));
  } finally {
    closeSync(fd);
  }
}

function attempt<T>(path: RawPath, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw fileSystemError(error, 'read', displayPath(path));
  }
}

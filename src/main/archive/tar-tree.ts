import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { StrataError } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import type { ByteSink } from './byte-sink.ts';
import { displayPath, fsPath, type RawPath } from './raw-path.ts';
import { TAR_END, tarHeader, tarPadding } from './tar-header.ts';

/** A file of this machine whose contents an archive is to have. */
export interface DiskFile {
  readonly file: RawPath;
  readonly sizeBytes: number;
}

export interface HashedDiskFile extends DiskFile {
  /** Of the contents, hexadecimal. */
  readonly sha256: string;
}

interface OwnedEntry {
  /** With neither a leading nor a trailing slash. */
  readonly path: RawPath;
  /** 0 where it is left out. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

interface ModedEntry extends OwnedEntry {
  readonly mode: number;
  /** Extended attributes by name, values one UTF-16 code unit (0 to 255) a byte. */
  readonly xattrs?: Readonly<Record<string, string>> | undefined;
}

interface DirectoryEntry extends ModedEntry {
  readonly type: 'directory';
}

interface LinkEntry extends OwnedEntry {
  readonly type: 'symlink';
  readonly target: RawPath;
}

interface TextEntry extends ModedEntry {
  readonly type: 'file';
  readonly text: string;
  /** `latin1`: the text is one character (0 to 255) a byte; else it is UTF-8. */
  readonly encoding?: 'latin1' | undefined;
}

interface DiskEntry<File extends DiskFile> extends ModedEntry {
  readonly type: 'file';
  readonly disk: File;
}

/** An entry of an archive that is made up rather than read from a store. */
export type TreeEntry<File extends DiskFile = HashedDiskFile> =
  | DirectoryEntry
  | LinkEntry
  | TextEntry
  | DiskEntry<File>;

/**
 * Writes a whole tar archive of the entries in the order in which they are given. Reads synchronously, for use in a
 * worker thread.
 *
 * @throws StrataError `file-system` where a file cannot be read, or is not what it was when it was hashed.
 */
export function writeTree(entries: readonly TreeEntry[], sink: ByteSink): void {
  for (const entry of entries) {
    if (entry.type === 'symlink') {
      const { target: linkTarget, ...facts } = entry;
      sink.write(tarHeader({ ...facts, mode: 0o777, linkTarget }));
    } else if (entry.type === 'directory') {
      sink.write(tarHeader(entry));
    } else if ('disk' in entry) {
      sink.write(tarHeader({ ...entry, sizeBytes: entry.disk.sizeBytes }));
      writeDiskFile(entry.disk, sink);
      sink.write(tarPadding(entry.disk.sizeBytes));
    } else {
      const contents = Buffer.from(entry.text, entry.encoding ?? 'utf8');
      sink.write(tarHeader({ ...entry, sizeBytes: contents.length }));
      sink.write(contents);
      sink.write(tarPadding(contents.length));
    }
  }
  sink.write(TAR_END);
}

function writeDiskFile({ file, sizeBytes, sha256 }: HashedDiskFile, sink: ByteSink): void {
  const hash = createHash('sha256');
  try {
    const fd = openSync(fsPath(file), 'r');
    try {
      sink.fill(sizeBytes, (target) => {
        const count = readSync(fd, target, 0, target.length, null);
        if (count === 0) throw fileChanged(file);
        hash.update(target.subarray(0, count));
        return count;
      });
      if (readSync(fd, Buffer.alloc(1)) !== 0) throw fileChanged(file);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw fileSystemError(error, 'read', displayPath(file));
  }
  if (hash.digest('hex') !== sha256) throw fileChanged(file);
}

/** For files that are no longer what they were when the image was begun. */
export function fileChanged(file: RawPath): StrataError {
  return new StrataError('file-system', `${displayPath(file)} changed while it was read.`, {
    hint: 'Try again once whatever writes it is done.',
  });
}

import { createHash } from 'node:crypto';
import { displayPath, fsPath } from '../archive/raw-path.ts';
import { type DiskFile, fileChanged, type HashedDiskFile, type TreeEntry } from '../archive/tar-tree.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { readPieces } from '../files/read-pieces.ts';

/**
 * Reads the files of a tree, so that what is in them is known before they are packed.
 *
 * @throws StrataError `file-system` where one cannot be read, or has another size than when it was looked at; Cancelled.
 */
export async function hashEntries(
  entries: readonly TreeEntry<DiskFile>[],
  signal?: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const hashed: TreeEntry[] = [];
  for (const entry of entries) {
    if (entry.type !== 'file' || !('disk' in entry)) hashed.push(entry);
    else hashed.push({ ...entry, disk: await hashFile(entry.disk, signal) });
  }
  return hashed;
}

async function hashFile(disk: DiskFile, signal: AbortSignal | undefined): Promise<HashedDiskFile> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const piece of readPieces(fsPath(disk.file), { signal })) {
      sizeBytes += piece.length;
      hash.update(piece);
    }
  } catch (error) {
    throw fileSystemError(error, 'read', displayPath(disk.file));
  }
  if (sizeBytes !== disk.sizeBytes) throw fileChanged(disk.file);
  return { ...disk, sha256: hash.digest('hex') };
}

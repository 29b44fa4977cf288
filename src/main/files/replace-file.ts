import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileSystemError } from './file-system-error.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Writes a file of the cache under a name of its own and then renames it: of any number of writers, also in one process,
 * the last wins whole. Not synced to the disk: what the cache holds can be made again.
 *
 * @throws StrataError `file-system` or `disk-full`
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const partial = `${file}.partial-${randomUUID()}`;
  makeDirectory(dirname(file));
  try {
    await writeFile(partial, text, { flag: 'wx', mode: 0o600 });
    await rename(partial, file);
  } catch (error) {
    throw fileSystemError(error, 'write', file);
  } finally {
    await rm(partial, { force: true });
  }
}

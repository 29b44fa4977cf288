import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file of the cache under a name of its own and then renames it: of any number of writers, also in one process,
 * the last wins whole. Not synced to the disk: what the cache holds can be made again.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const partial = `${file}.partial-${randomUUID()}`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(partial, text);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

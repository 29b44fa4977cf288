import { open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Waits until the contents of a file, or the names in a directory, are on disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives a finished file its final name, so that after a crash the name leads either to what was there before or to the
 * whole file.
 */
export async function publishFile(temporary: string, path: string): Promise<void> {
  await syncPath(temporary);
  await rename(temporary, path);
  await syncPath(dirname(path));
}

/** Writes a small file through a temporary one. */
export async function writeFileDurably(
  temporary: string,
  path: string,
  data: string | Uint8Array,
): Promise<void> {
  await writeFile(temporary, data, { flag: 'wx' });
  await publishFile(temporary, path);
}

import { open, rename } from 'node:fs/promises';
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
 * {@link syncPath} for a directory that many files are put into at once: callers that come while a sync runs share the
 * next one, which begins after they called.
 */
export function sharedSync(path: string): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const sync = syncPath(path);
      running = sync.catch(() => {});
      return sync;
    });
    return next;
  };
}

/**
 * Gives a finished file its final name, so that after a crash the name leads either to what was there before or to the
 * whole file.
 */
export async function publishFile(
  temporary: string,
  path: string,
  syncDirectory: () => Promise<void> = () => syncPath(dirname(path)),
): Promise<void> {
  await syncPath(temporary);
  await rename(temporary, path);
  await syncDirectory();
}

import { basename } from 'node:path';
import { formatLock, type Lock, parseLock } from '../../shared/lock.ts';
import { isMissing, readUserText } from '../files/user-file.ts';
import { writeWhole } from '../files/write-whole.ts';

/** Where the lock of a document is: `web.strata.lock` beside `web.strata.json`. */
export function lockFileOf(document: string): string {
  return `${document.replace(/(\.strata)?\.json$/, '')}.strata.lock`;
}

/** The lock of a document; undefined where it has none. @throws StrataError `invalid-document` or `file-system` */
export async function readLockFile(file: string): Promise<Lock | undefined> {
  let text: string;
  try {
    text = await readUserText(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return parseLock(text, basename(file));
}

/** Writes whole, or not at all where it would be the same. @returns whether it was another. */
export async function writeLockFile(file: string, lock: Lock): Promise<boolean> {
  const text = formatLock(lock);
  const before = await readUserText(file).catch(() => undefined);
  if (before === text) return false;
  await writeWhole(file, text);
  return true;
}

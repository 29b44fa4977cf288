import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, fileSystemError } from './file-system-error.ts';

/** For this user alone. */
const PRIVATE = 0o700;

/**
 * Makes a directory with those above it, for this user alone unless another mode is given; nothing where it is there.
 * Node's own `recursive` tries for ever where a directory is there that takes no new ones and says ENOENT, as /proc does.
 *
 * @returns whether it was made
 * @throws StrataError `file-system` or `disk-full`
 */
export function makeDirectory(path: string, mode = PRIVATE): boolean {
  try {
    return makeWithParents(path, mode);
  } catch (error) {
    // The one that failed may be above the one that was asked for.
    const { path: place = path } = error as NodeJS.ErrnoException;
    throw fileSystemError(error, 'make', place);
  }
}

function makeWithParents(path: string, mode: number): boolean {
  try {
    return makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    makeWithParents(parent, mode);
    return makeOne(path, mode);
  }
}

function makeOne(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    // On a read-only file system, what is there may be refused as what is not (EROFS).
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
    throw error;
  }
}

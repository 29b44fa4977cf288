import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { StrataError } from '../../shared/errors.ts';
import { errorCode, fileSystemError } from './file-system-error.ts';
import { doubtAbout } from './own-directory.ts';

/**
 * The text of a file that Strata wrote for itself; undefined where there is none. What somebody else could have put
 * there is not read: a link, a pipe, a file of another user, or one that others may write to.
 *
 * @throws StrataError `file-system`
 */
export function readOwnFile(path: string): string | undefined {
  let file: number;
  try {
    // A named pipe would keep the opening waiting.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'ELOOP') throw doubtful(path, 'it is a symbolic link');
    throw fileSystemError(error, 'read', path);
  }
  try {
    const stats = fstatSync(file);
    const doubt = stats.isFile() ? doubtAbout(stats) : 'it is not a file';
    if (doubt !== undefined) throw doubtful(path, doubt);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw fileSystemError(error, 'read', path);
  } finally {
    closeSync(file);
  }
}

/** Whether a path, where there is anything, is a file that {@link readOwnFile} would read. */
export function isOwnFileOrNone(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined || (stats.isFile() && doubtAbout(stats) === undefined);
}

function doubtful(path: string, doubt: string): StrataError {
  return new StrataError('file-system', `Strata does not read ${path}: ${doubt}.`, {
    hint: 'Somebody else may have put it there. Remove it: Strata makes its own.',
    details: { place: path },
  });
}

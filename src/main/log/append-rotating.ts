import { closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { doubtAbout } from '../files/own-directory.ts';

const LARGEST_FILE_BYTES = 1_000_000;
/** `host.log.1` is the newest of them. */
const OLDER_FILES = 3;

/**
 * Adds to a file of this user's alone. One that is full becomes `PATH.1`, that `PATH.2`, and the oldest goes. Opened for
 * each call, so that several processes may write to one log, and each sees when another has put a new file there.
 *
 * @throws StrataError `file-system` where the file might be somebody else's; errors of the file system
 */
export function appendRotating(path: string, text: string, largestBytes = LARGEST_FILE_BYTES): void {
  makeDirectory(dirname(path));
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  // A named pipe would keep the opening waiting.
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  let isFull: boolean;
  try {
    const stats = fstatSync(file);
    const doubt = stats.isFile() ? doubtAbout(stats) : 'it is not a file';
    if (doubt !== undefined)
      throw new StrataError('file-system', `Strata does not write to ${path}: ${doubt}.`);
    isFull = stats.size + Buffer.byteLength(text) > largestBytes && stats.size > 0;
    if (!isFull) writeSync(file, text);
  } finally {
    closeSync(file);
  }
  if (!isFull) return;
  rotate(path);
  appendRotating(path, text, largestBytes);
}

function rotate(path: string): void {
  rmSync(`${path}.${OLDER_FILES}`, { force: true });
  for (let age = OLDER_FILES - 1; age >= 0; age -= 1) {
    try {
      renameSync(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`);
    } catch (error) {
      // Another process was faster, or there are not so many yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

import { Cancelled, StrataError } from '../../shared/errors.ts';
import { settingOfPlace } from './paths.ts';

const NO_SPACE: readonly string[] = ['ENOSPC', 'EDQUOT', 'SQLITE_FULL'];

/** Primary result codes of SQLite that say something about the disk (https://www.sqlite.org/rescode.html). */
const DATABASE_ERRORS: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
};

export type FileVerb = 'read' | 'write' | 'make' | 'remove';

/**
 * A failed file operation as an expected error that names the place: `disk-full` where there is no room, else
 * `file-system`. What is an expected error (or no error of the file system) already is returned as it is.
 *
 * @param verb what was tried: "The program could not VERB PLACE".
 */
export function fileSystemError(error: unknown, verb: FileVerb, place: string): unknown {
  if (error instanceof StrataError || error instanceof Cancelled) return error;
  const code = errorCode(error) ?? databaseErrorCode(error);
  if (code === undefined) return error;
  if (NO_SPACE.includes(code)) {
    return new StrataError('disk-full', `There is no room left for ${place} (${code}).`, {
      hint: 'Free some space there or choose another place. `strata cache prune --unused-for 30` removes packed layers that were not used for 30 days.',
      details: { place, code },
      cause: error,
    });
  }
  const setting = settingOfPlace(place);
  return new StrataError('file-system', `Cannot ${verb} ${place}: ${reason(code, verb)}.`, {
    ...(setting === undefined || verb === 'read'
      ? {}
      : { hint: `Set ${setting} to a directory that can be written.` }),
    details: { place, code },
    cause: error,
  });
}

/** The `errno` name of a failed system call, such as `ENOENT`, or undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function databaseErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  return DATABASE_ERRORS[error.errcode & 0xff];
}

function reason(code: string, verb: FileVerb): string {
  const reasons = new Map<string, string>(
    Object.entries({
      ENOENT: 'it does not exist',
      EACCES: 'permission denied',
      EPERM: 'permission denied',
      EROFS: 'the file system is read-only',
      ENOTDIR: 'a part of the path is not a directory',
      EISDIR: 'it is a directory',
      EEXIST: 'it exists already',
      ENOTEMPTY: 'the directory is not empty',
      EMFILE: 'too many files are open',
      EIO: 'the disk reported an error',
      SQLITE_BUSY: 'another process has kept it locked',
      SQLITE_READONLY: 'it is read-only',
      SQLITE_IOERR: 'the disk reported an error',
      SQLITE_CANTOPEN: 'it cannot be opened',
    }),
  );
  const ofMaking = new Map<string, string>(
    Object.entries({
      ENOENT: 'no directory can be made there',
      EEXIST: 'there is something else that is no directory',
    }),
  );
  const text = (verb === 'make' ? ofMaking.get(code) : undefined) ?? reasons.get(code);
  return text === undefined ? code : `${text} (${code})`;
}

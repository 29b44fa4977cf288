import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
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
  const code = errorCode(error) ?? databaseErrorCode(error, place);
  if (code === undefined) return error;
  if (NO_SPACE.includes(code)) {
    return new StrataError('disk-full', `There is no room left for ${place} (${code}).`, {
      hint: 'Free some space there or choose another place. `strata cache prune --unused-for 30` removes packed layers that were not used for 30 days.',
      details: { place, code },
      cause: error,
    });
  }
  if (code === 'EMFILE') {
    return new StrataError('file-system', `Cannot ${verb} ${place}: ${reason(code, verb)}.`, {
      hint: 'This process may open no more files. Raise the limit (`ulimit -n`), or close other programs.',
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

/** What goes wrong with any file and is no fault of the program, whatever it was doing. */
const FAULTS_OF_MACHINES: readonly string[] = [
  ...NO_SPACE,
  ...['EACCES', 'EIO', 'EMFILE', 'ENAMETOOLONG', 'ENFILE', 'EPERM', 'EROFS'],
];
const VERBS = new Map<string, FileVerb>([
  ['mkdir', 'make'],
  ['mkdtemp', 'make'],
  ['read', 'read'],
  ['readlink', 'read'],
  ['scandir', 'read'],
  ['stat', 'read'],
  ['lstat', 'read'],
  ['rm', 'remove'],
  ['rmdir', 'remove'],
  ['unlink', 'remove'],
]);
const NOT_OF_FILES = /^(?:spawn|connect|bind|listen|kill|getaddrinfo|send)/;

/**
 * For where errors end: a failed system call on a file that nobody said more of, as {@link fileSystemError}; everything
 * else as it is.
 */
export function asFaultOfMachine(error: unknown): unknown {
  const code = errorCode(error);
  if (code === undefined || !FAULTS_OF_MACHINES.includes(code)) return error;
  const { syscall = '', path, dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  if (NOT_OF_FILES.test(syscall)) return error;
  return fileSystemError(error, VERBS.get(syscall) ?? 'write', dest ?? path ?? 'what Strata keeps');
}

/** The `errno` name of a failed system call, such as `ENOENT`, or undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function databaseErrorCode(error: unknown, file: string): string | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined;
  const code = DATABASE_ERRORS[error.errcode & 0xff];
  // Memory that processes share is a file too, and where it cannot grow SQLite takes that for an error of the disk.
  return code === 'SQLITE_IOERR' && isFull(dirname(file)) ? 'SQLITE_FULL' : code;
}

function isFull(directory: string): boolean {
  try {
    return statfsSync(directory).bavail === 0;
  } catch {
    return false;
  }
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
      ENFILE: 'too many files are open on this machine',
      ENAMETOOLONG: 'a name in it is too long',
      ELOOP: 'its links lead in a circle',
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

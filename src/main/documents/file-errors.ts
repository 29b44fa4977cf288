import { StrataError } from '../../shared/errors.ts';

const REASONS: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ENOENT: ['does not exist', 'Check the path; it may have been moved or removed.'],
  EACCES: ['may not be accessed', 'Check the permissions of the file and of its directory.'],
  EPERM: ['may not be accessed', 'Check the permissions of the file and of its directory.'],
  EROFS: ['is on a file system that cannot be written', 'Choose another directory.'],
  EISDIR: ['is a directory', 'Name a file in it.'],
  ENOTDIR: ['has a file where a directory is needed', 'Check the path.'],
  EEXIST: ['exists already', 'Choose another name.'],
  ENAMETOOLONG: ['has too long a name', 'Choose a shorter name.'],
  ELOOP: ['is a symbolic link that leads to itself', 'Check where the link points.'],
};

/** A failed file operation as an expected error that names the file; anything else is returned as it is. */
export function fileError(error: unknown, path: string): unknown {
  if (error instanceof StrataError || !(error instanceof Error)) return error;
  if (!('code' in error) || typeof error.code !== 'string') return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new StrataError('disk-full', `${path} could not be written: the disk is full.`, {
      hint: 'Free some space and try again; nothing was changed.',
      cause: error,
    });
  }
  const [problem, hint] = REASONS[error.code] ?? [`could not be used (${error.code})`, undefined];
  return new StrataError('file-system', `${path} ${problem}.`, {
    ...(hint === undefined ? {} : { hint }),
    details: { path, code: error.code },
    cause: error,
  });
}

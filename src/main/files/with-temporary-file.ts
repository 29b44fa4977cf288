import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import { fileSystemError } from './file-system-error.ts';

/**
 * Runs work that reads a text from a file: a new one, that only this user can read, and that is gone afterwards.
 *
 * @throws StrataError `file-system` or `disk-full`, and what the work throws
 */
export async function withTemporaryFile<Result>(
  text: string,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const directory = await temporaryDirectory();
  try {
    const file = join(directory, 'text');
    await writeFile(file, text).catch((error: unknown) => {
      throw fileSystemError(error, 'write', file);
    });
    return await work(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A new directory that only this user can read, to be removed by the caller. @throws StrataError as {@link withTemporaryFile}. */
export function temporaryDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'strata-')).catch((error: unknown) => {
    throw withSetting(fileSystemError(error, 'write', tmpdir()));
  });
}

function withSetting(error: unknown): unknown {
  if (!(error instanceof StrataError)) return error;
  const { code, message, details, cause } = error;
  return new StrataError(code, message, {
    hint: 'Set TMPDIR to a directory that can be written.',
    details,
    cause,
  });
}

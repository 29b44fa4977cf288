import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { StrataError } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';

/**
 * Store paths from a file with one a line, such as the `store-paths.xz` of a nixpkgs channel; a name that ends in `.xz`
 * is unpacked with the program xz. @throws StrataError `file-system`
 */
export async function readStorePathList(file: string): Promise<readonly string[]> {
  const text = file.endsWith('.xz') ? await unpack(file) : await readText(file);
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw fileSystemError(error, 'read', file);
  });
}

const MOST_BYTES = 2 ** 29;

async function unpack(file: string): Promise<string> {
  const result = await execa('xz', ['--decompress', '--stdout', '--', file], {
    reject: false,
    maxBuffer: MOST_BYTES,
  });
  if (!result.failed) return result.stdout;
  const missing = result.code === 'ENOENT';
  throw new StrataError(
    'file-system',
    `${file} cannot be unpacked${missing ? ': the program xz is missing' : ''}.`,
    {
      hint: missing
        ? 'Install xz (the Debian package xz-utils), or unpack the file yourself.'
        : 'Check that it is whole.',
      log: result.stderr,
    },
  );
}

import { execa } from 'execa';
import { StrataError } from '../../shared/errors.ts';
import { readUserFile, readUserText } from '../files/user-file.ts';

/**
 * Store paths from a file with one a line, such as the `store-paths.xz` of a nixpkgs channel; a name that ends in `.xz`
 * is unpacked with the program xz. @throws StrataError `file-system`
 */
export async function readStorePathList(file: string): Promise<readonly string[]> {
  const text = file.endsWith('.xz')
    ? await unpack(file)
    : await readUserText(file, { mostBytes: MOST_BYTES });
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const MOST_BYTES = 2 ** 29;

async function unpack(file: string): Promise<string> {
  const result = await execa('xz', ['--decompress', '--stdout'], {
    reject: false,
    input: await readUserFile(file, { mostBytes: MOST_BYTES }),
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

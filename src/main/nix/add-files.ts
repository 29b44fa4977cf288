import { copyFile, link, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';
import { type NixRunContext, runNix } from './run.ts';

export interface NamedFile {
  readonly path: string;
  /** Of the store path, without its hash. */
  readonly name: string;
}

/**
 * Adds files to the store: to the paths that fixed-output derivations of these names with their flat SHA-256 have, which
 * then need not be built. The files are read by this process's user, whom the users that Nix builds as are not.
 *
 * @param directory where there is room for other names of the files
 */
export async function addFiles(
  files: readonly NamedFile[],
  directory: string,
  context: NixRunContext,
): Promise<void> {
  if (files.length === 0) return;
  makeDirectory(directory);
  const named = await mkdtemp(join(directory, '.adding-'));
  try {
    const paths: string[] = [];
    for (const { path, name } of files) {
      const target = join(named, name);
      // Not every file system has hard links.
      await link(path, target).catch(() => copyFile(path, target));
      paths.push(target);
    }
    await runNix({ program: 'nix-store', args: ['--add-fixed', 'sha256', ...paths] }, context);
  } finally {
    await rm(named, { recursive: true, force: true });
  }
}

import { randomBytes } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileSystemError } from './file-system-error.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Writes a file whole or not at all: into a temporary file beside it, to the disk, and then by rename. A symbolic link
 * stays one: the file behind it is replaced, with its mode. A pipe or a device, such as /dev/stdout, is written to.
 *
 * @param newMode of a file that was not there, less the umask
 * @throws StrataError `file-system` or `disk-full`, and then the file is as it was
 */
export async function writeWhole(path: string, data: string | Uint8Array, newMode = 0o666): Promise<void> {
  if (await isStream(path)) {
    await writeFile(path, data).catch((error: unknown) => {
      throw fileSystemError(error, 'write', path);
    });
    return;
  }
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => newMode,
    );
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await syncDirectory(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileSystemError(error, 'write', path);
  }
}

/** Whether there is something that must not be replaced by a file: as root, a rename would take /dev/stdout away. */
async function isStream(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Writes whole into a directory that is made where it is missing, for what Strata keeps for itself. */
export async function writeOwnFile(path: string, data: string | Uint8Array): Promise<void> {
  makeDirectory(dirname(path));
  await writeWhole(path, data, 0o600);
}

/** Makes a rename last; some file systems have no such operation, and then there is nothing to do. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}

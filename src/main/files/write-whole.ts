import { open, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileSystemError } from './file-system-error.ts';
import { makeDirectory } from './make-directory.ts';
import { replaceTarget } from './replace-target.ts';

export interface WriteOptions {
  /** Of a file that was not there, less the umask. */
  readonly newMode?: number;
  /** Waits until it is on the disk; false for what can be made again. */
  readonly isDurable?: boolean;
}

/**
 * Writes a file whole or not at all, as {@link replaceTarget} does. A symbolic link stays one: the file behind it is
 * replaced, with its mode and its owner. A pipe or a device, such as /dev/stdout, is written to.
 *
 * @throws StrataError `file-system` or `disk-full`, and then the file is as it was
 */
export async function writeWhole(
  path: string,
  data: string | Uint8Array,
  { newMode = 0o666, isDurable = true }: WriteOptions = {},
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile() && !found.isDirectory()) {
    // As root, a rename would take /dev/stdout away.
    await writeFile(path, data).catch((error: unknown) => {
      throw fileSystemError(error, 'write', path);
    });
    return;
  }
  const write = async (temporary: string): Promise<void> => {
    const file = await open(temporary, 'wx', found === undefined ? newMode : found.mode & 0o777);
    try {
      // As root, another user's file is to stay theirs. Nobody else may give files away.
      if (found !== undefined) await file.chown(found.uid, found.gid).catch(() => {});
      await file.writeFile(data);
      if (isDurable) await file.sync();
    } finally {
      await file.close();
    }
  };
  await replaceTarget(path, write, { isDurable });
}

/** Writes whole into a directory that is made where it is missing, for what Strata keeps for itself. */
export async function writeOwnFile(
  path: string,
  data: string | Uint8Array,
  options: Pick<WriteOptions, 'isDurable'> = {},
): Promise<void> {
  makeDirectory(dirname(path));
  await writeWhole(path, data, { ...options, newMode: 0o600 });
}

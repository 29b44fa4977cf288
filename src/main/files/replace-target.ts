import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { lstat, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import { syncPath } from './durable.ts';
import { errorCode, fileSystemError } from './file-system-error.ts';
import { isAlive, newProcessName } from './process-mark.ts';

export interface ReplaceOptions {
  /** Waits until the name is on the disk; false for what can be made again. */
  readonly isDurable?: boolean;
  /** Whether a directory that another process put there in the meantime may stay instead. */
  readonly mayStay?: (path: string) => boolean;
}

/**
 * Makes a file or a directory in one step as others see it: `write` makes it under a temporary name beside the target,
 * then it takes the target's name. Whatever fails, and if the process is killed, the target is what it was before;
 * leftovers of killed processes are cleared away by the next.
 *
 * @throws StrataError `disk-full`, `file-system`; what `write` throws.
 */
export async function replaceTarget(
  target: string,
  write: (temporary: string) => Promise<void>,
  { isDurable = true, mayStay = () => false }: ReplaceOptions = {},
): Promise<void> {
  const path = await placeOf(target);
  const temporary = siblingName(path, 'new');
  try {
    await clearLeftovers(path);
    await write(temporary);
    await swap(temporary, path, mayStay);
    // Some file systems have no such operation, and then there is nothing to wait for.
    if (isDurable) await syncPath(dirname(path)).catch(() => {});
  } catch (error) {
    throw fileSystemError(error, 'write', target);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Where the target is, links followed. A device or a pipe cannot be replaced: renaming something to /dev/null would do
 * away with it.
 */
async function placeOf(target: string): Promise<string> {
  try {
    const path = await realpath(target);
    const stats = await stat(path);
    if (stats.isFile() || stats.isDirectory()) return path;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return resolve(target);
    throw fileSystemError(error, 'write', target);
  }
  throw new StrataError('file-system', `${target} is neither a file nor a directory.`, {
    hint: 'Choose a file to write to. It is written under another name first, and renamed when it is whole.',
    details: { place: target },
  });
}

type Role = 'new' | 'old';

const MOST_NAME_BYTES = 128;
/** What rename(2) says of a directory that is to take another's place. */
const IN_THE_WAY: readonly string[] = ['ENOTEMPTY', 'EEXIST'];

function siblingName(path: string, role: Role): string {
  return join(dirname(path), `${siblingPrefix(path)}${role}-${newProcessName()}`);
}

/** A name takes 255 bytes at most, and a part of it could be that of another file. */
function siblingPrefix(path: string): string {
  const name = basename(path);
  const isLong = Buffer.byteLength(name) > MOST_NAME_BYTES;
  return `.${isLong ? createHash('sha256').update(name).digest('hex') : name}.strata-`;
}

/** A directory cannot take the place of one that is not empty: the old one steps aside first. */
async function swap(
  temporary: string,
  path: string,
  mayStay: NonNullable<ReplaceOptions['mayStay']>,
): Promise<void> {
  try {
    return await rename(temporary, path);
  } catch (error) {
    if (!IN_THE_WAY.includes(errorCode(error) ?? '')) throw error;
  }
  if (mayStay(path)) return;
  const old = siblingName(path, 'old');
  await rename(path, old);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rename(old, path);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path)).isDirectory();
}

/**
 * Clears away what killed processes of this user left. In a directory that others may write to, such as /tmp, what is
 * theirs is left alone: it may be there to be taken for ours.
 */
async function clearLeftovers(path: string): Promise<void> {
  const prefix = siblingPrefix(path);
  // A directory may be written to and not be listed.
  for (const name of await readdir(dirname(path)).catch(() => [])) {
    const [, role, id = ''] =
      /^(new|old)-(.+)$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '') ?? [];
    const leftover = join(dirname(path), name);
    if (role === undefined || isAlive(id, leftover)) continue;
    const stats = await lstat(leftover).catch(() => undefined);
    if (stats === undefined || stats.uid !== process.getuid?.()) continue;
    // Killed between the two renames: the old directory is all there is.
    if (role === 'old' && !existsSync(path)) await rename(leftover, path).catch(() => {});
    else await rm(leftover, { recursive: true, force: true });
  }
}

const LAYOUT_NAMES: readonly string[] = ['blobs', 'index.json', 'oci-layout', 'manifest.json'];

/**
 * Refuses to replace a directory that is something else than an OCI image layout, or a file by a directory.
 *
 * @throws StrataError `file-system`.
 */
export async function checkReplaceableLayout(target: string): Promise<void> {
  if (!existsSync(target)) return;
  const names = (await isDirectory(target)) ? await readdir(target) : undefined;
  if (names?.length === 0) return;
  if (names?.includes('oci-layout') && names.every((name) => LAYOUT_NAMES.includes(name))) return;
  throw new StrataError('file-system', `${target} exists and is not an OCI image layout.`, {
    hint: 'Nothing was changed. Choose another directory, or move this one away.',
    details: { place: target },
  });
}

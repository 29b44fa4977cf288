import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { StrataError } from '../../shared/errors.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { lockedOptions, mountTable } from './mount-table.ts';
import { MTIME_SECONDS } from './write-root.ts';

/**
 * Makes a place for each store path in a root file system, and the table of what is mounted there. A store path that is a
 * link is made itself: a mount would follow it.
 *
 * @param directory an empty one, for the table. @returns the file of the table.
 * @throws StrataError `not-found` where a store path is gone from this machine; `file-system`.
 */
export function prepareStoreMounts(
  storePaths: readonly string[],
  storeRoot: string,
  root: string,
  directory: string,
): string {
  const aside = join(directory, 'store');
  const table = join(directory, 'mounts');
  try {
    mkdirSync(aside);
    for (const above of new Set(storePaths.map(dirname))) makeDirectory(join(root, above), 0o755);
    const mounted = storePaths.filter((path) => makePlace(path, storeRoot, root));
    const [first] = storePaths;
    const store = first === undefined ? undefined : realpathSync(physicalPath(storeRoot, dirname(first)));
    const options =
      store === undefined ? [] : lockedOptions(readFileSync('/proc/self/mountinfo', 'utf8'), store);
    const places = mounted.map((path) => join(root, path));
    for (let above = dirname(first ?? '/'); above !== '/'; above = dirname(above)) {
      utimesSync(join(root, above), MTIME_SECONDS, MTIME_SECONDS);
    }
    writeFileSync(table, store === undefined ? '' : mountTable(store, options, aside, places));
  } catch (error) {
    throw fileSystemError(error, 'write', directory);
  }
  return table;
}

/** @returns whether something is to be mounted there. */
function makePlace(path: string, storeRoot: string, root: string): boolean {
  const place = join(root, path);
  const stats = lstatSync(physicalPath(storeRoot, path), { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new StrataError('not-found', `${path} is gone from this machine.`, {
      hint: 'Build again: Nix brings it back.',
    });
  }
  if (stats.isSymbolicLink()) symlinkSync(readlinkSync(physicalPath(storeRoot, path)), place);
  else if (stats.isDirectory()) mkdirSync(place);
  else writeFileSync(place, '');
  return !stats.isSymbolicLink();
}

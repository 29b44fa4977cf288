import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StrataError } from '../../shared/errors.ts';
import { makeDirectory } from './make-directory.ts';
import { cacheDirectory, dataDirectory, settingOfPlace } from './paths.ts';

/**
 * The cache directory, once it is this user's alone: whoever else could write there would decide what Strata builds
 * and runs. Made where it is missing and can be made.
 *
 * @throws StrataError `file-system` where it belongs to another user, or others may write to it
 */
export function ownCacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return ownDirectory(cacheDirectory(env));
}

/** The data directory, as {@link ownCacheDirectory}. */
export function ownDataDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return ownDirectory(dataDirectory(env));
}

/** Makes a directory for this user alone where there is none, and checks the one that is there. @returns its path */
export function ownDirectory(path: string): string {
  try {
    // Before it is looked at: what another user puts there in between is looked at too.
    makeDirectory(path);
  } catch (error) {
    // Commands that need none go on; the others fail as they write to it.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return path;
    throw error;
  }
  const doubt = doubtAboutLink(lstatSync(path)) ?? doubtAbout(statSync(path));
  if (doubt === undefined) return path;
  throw new StrataError('file-system', `Strata does not use ${path}: ${doubt}.`, {
    hint: `Whoever may write there could decide what Strata runs as you. Set ${settingOfPlace(path) ?? 'it'} to a directory of your own, or give this one to yourself alone (chown, chmod 700). With sudo, use \`sudo -H\`.`,
    details: { place: path },
  });
}

/**
 * Why what a file or directory holds cannot be trusted, as the end of a sentence; undefined where nobody but this user
 * and root could have put it there. A group that is this process's own is taken for the user's private one, as Debian
 * makes them.
 */
export function doubtAbout({ uid, gid, mode }: Stats): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  if (uid !== user && uid !== 0) return `it belongs to another user (${uid}; Strata runs as ${user})`;
  if ((mode & 0o002) !== 0) return 'every user may write to it';
  if ((mode & 0o020) !== 0 && gid !== process.getegid?.()) return `a group (${gid}) may write to it`;
  return undefined;
}

/** The mode of a link says nothing; who made it does. */
function doubtAboutLink(stats: Stats): string | undefined {
  if (!stats.isSymbolicLink()) return undefined;
  return doubtAbout(Object.assign(stats, { mode: 0 }));
}

/**
 * Whether nobody but this user and root can put another directory in the place of this one, or of one above it. In a
 * directory with the sticky bit, such as /tmp, nobody can rename what is another user's.
 */
export function isOutOfReach(path: string): boolean {
  for (let place = realpathSync(path); ; place = dirname(place)) {
    const stats = statSync(place);
    const isSticky = (stats.mode & 0o1000) !== 0;
    if (doubtAbout(isSticky ? Object.assign(stats, { mode: 0 }) : stats) !== undefined) return false;
    if (place === dirname(place)) return true;
  }
}

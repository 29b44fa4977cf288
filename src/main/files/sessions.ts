import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from './file-system-error.ts';
import { isAlive, newProcessName } from './process-mark.ts';

/**
 * A process at work in a directory that others share. Its name says which process it is, so that another can tell whether it still runs: a
 * process killed in the middle leaves a directory of temporary files, which the next one clears.
 */
export interface Session {
  readonly id: string;
  /** For temporary files, on the file system of what is shared. */
  readonly directory: string;
}

export function openSession(parent: string): Session {
  const id = newProcessName();
  const directory = join(parent, id);
  mkdirSync(directory);
  return { id, directory };
}

/**
 * Removes what dead sessions left, but for what this user may not remove.
 *
 * @param remove how a directory is removed. @returns the ids of those that live.
 */
export function clearDeadSessions(
  parent: string,
  remove: (directory: string) => void = (directory) => rmSync(directory, { recursive: true, force: true }),
): readonly string[] {
  return readdirSync(parent).filter((id) => {
    const directory = join(parent, id);
    if (isAlive(id, directory)) return true;
    try {
      remove(directory);
    } catch (error) {
      if (!isDenied(error)) throw error;
    }
    return false;
  });
}

/** Directories of dead sessions that are still there: after {@link clearDeadSessions}, those of other users. */
export function deadSessions(parent: string): readonly string[] {
  return readdirSync(parent)
    .toSorted()
    .filter((id) => !isAlive(id, join(parent, id)))
    .map((id) => join(parent, id));
}

function isDenied(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EACCES' || code === 'EPERM';
}

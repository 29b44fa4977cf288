import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../files/file-system-error.ts';

/**
 * A process at work in a store. Its name says which process it is, so that another can tell whether it still runs: a
 * process killed in the middle leaves a directory of temporary files, which the next one clears.
 */
export interface Session {
  readonly id: string;
  /** For temporary files, on the same file system as the blobs. */
  readonly directory: string;
}

export function openSession(parent: string): Session {
  const id = newProcessId();
  const directory = join(parent, id);
  mkdirSync(directory);
  return { id, directory };
}

/** Removes what dead sessions left, but for what this user may not remove. @returns the ids of those that live. */
export function clearDeadSessions(parent: string): readonly string[] {
  return readdirSync(parent).filter((id) => {
    const directory = join(parent, id);
    if (mayRun(id, directory)) return true;
    try {
      rmSync(directory, { recursive: true, force: true });
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
    .filter((id) => !mayRun(id, join(parent, id)))
    .map((id) => join(parent, id));
}

function isDenied(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'EACCES' || code === 'EPERM';
}

/** A name that nobody else has, and that says which process it is of: see {@link mayRun}. */
export function newProcessId(): string {
  return `${process.pid}.${PID_NAMESPACE}.${randomBytes(6).toString('hex')}`;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Whether the process of an id still runs, as far as can be told.
 *
 * @param path what it writes to: of a process of another container, that shares the directory, the number says nothing,
 *   but what it has not touched for a day is taken for left behind.
 */
export function mayRun(id: string, path: string): boolean {
  const [pid = '', namespace = ''] = id.split('.');
  if (namespace === PID_NAMESPACE) return isRunning(Number(pid));
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs < DAY_MS;
}

/** Whether a process of this number runs, whoever it belongs to. */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Process numbers are those of a PID namespace (pid_namespaces(7)); the inode number tells them apart. */
const PID_NAMESPACE = pidNamespace();

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  } catch {
    return '0';
  }
}

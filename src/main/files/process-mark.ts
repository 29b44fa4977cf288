import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync, statSync } from 'node:fs';

/**
 * Names this process in what it writes, so that another can tell whether it is still at work there: its number, the
 * PID namespace that the number is of, and when it started, since numbers are used again.
 */
export function processMark(): string {
  return `${process.pid}.${PID_NAMESPACE}.${startOf(process.pid)}`;
}

/** A name that nobody else has, and that is a mark of this process as well. */
export function newProcessName(): string {
  return `${processMark()}.${randomBytes(6).toString('hex')}`;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Whether the process of a mark, or of a name, still runs, as far as can be told.
 *
 * @param path what it writes to. Of a process of another container, that shares the directory, the number says nothing:
 *   what it has not touched for a day is taken for left behind. Without a path, it is taken to run.
 */
export function isAlive(mark: string, path?: string): boolean {
  const [pid = '', namespace, start] = mark.split('.');
  if (namespace === PID_NAMESPACE) return isRunning(Number(pid)) && startOf(Number(pid)) === start;
  if (namespace === undefined) return false;
  const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  return path === undefined || (stats !== undefined && Date.now() - stats.mtimeMs < DAY_MS);
}

/** Whether a process of this number runs, whoever it belongs to. */
export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Start time in clock ticks since boot (proc_pid_stat(5), field 22); 0 on systems without /proc. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may itself hold spaces and parentheses.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch {
    return '0';
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

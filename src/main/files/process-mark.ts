import { readFileSync } from 'node:fs';

/**
 * Names this process: its number, and where the system tells it, when it started, since numbers are used again.
 */
export function processMark(): string {
  return `${process.pid}:${startOf(process.pid)}`;
}

/** Whether the process of a mark still runs. */
export function isAlive(mark: string): boolean {
  const [number, start] = mark.split(':');
  const pid = Number(number);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === start;
}

/** Start time in clock ticks since boot (proc_pid_stat(5), field 22); empty on systems without /proc. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may itself hold spaces and parentheses.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

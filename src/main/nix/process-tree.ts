import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/**
 * Sessions of a process and of all that it has started. Nix gives every builder a session of its own, which a signal
 * to Nix's process group does not reach. Empty where there is no /proc.
 */
export function sessionsUnder(pid: number): ReadonlySet<number> {
  const processes = listProcesses();
  const family = new Set([pid]);
  // Children may stand before their parents: repeat until nothing is added.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const process of processes) if (family.has(process.parent)) family.add(process.pid);
  }
  const own = processes.find((each) => each.pid === process.pid)?.session;
  const sessions = processes.filter((each) => family.has(each.pid)).map((each) => each.session);
  return new Set(sessions.filter((session) => session !== own));
}

/** Kills what is left in the sessions, and returns when it is gone. */
export async function endSessions(sessions: ReadonlySet<number>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const left = listProcesses().filter((process) => sessions.has(process.session));
    if (left.length === 0) return;
    for (const { pid } of left) kill(pid);
    await delay(20);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile, or belongs to a build user whom only the daemon may touch.
  }
}

function listProcesses(): Process[] {
  const processes: Process[] = [];
  for (const entry of readProc()) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      // proc(5): the name in parentheses may hold anything, so fields are counted from the last parenthesis.
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const [state, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state !== 'Z') processes.push({ pid, parent: Number(parent), session: Number(session) });
    } catch {
      // Ended since the directory was listed.
    }
  }
  return processes;
}

function readProc(): readonly string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}

import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
}

/** The end of a process with all that it started, from the moment in which it is asked to end. */
export interface Ending {
  /** Remembers what the process has started, and what it still starts; to be called before the signal is sent. */
  readonly begin: () => void;
  /** Returns when nothing is left of it. Does nothing where the end never began. */
  readonly finish: () => Promise<void>;
}

const LOOK_AGAIN_MS = 100;

/**
 * Follows a process to its end. A signal to its process group does not reach what is in a session of its own, as the
 * builders of Nix are; what is in one can be found as long as its parent lives.
 */
export function endingOf(root: ChildProcess): Ending {
  const sessions = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let swept: Promise<void> | undefined;
  const look = (): void => {
    for (const session of sessionsUnder(root.pid)) sessions.add(session);
  };
  const sweep = (): void => {
    clearInterval(timer);
    swept ??= endSessions(sessions);
  };
  return {
    begin() {
      if (timer !== undefined || root.pid === undefined) return;
      look();
      timer = setInterval(look, LOOK_AGAIN_MS);
      // At once, not when its output ends: what it leaves behind may hold that open.
      root.once('exit', sweep);
    },
    async finish() {
      if (timer === undefined) return;
      sweep();
      await swept;
    },
  };
}

/** Sessions of a process and of all that it has started. Empty where there is no /proc. */
function sessionsUnder(pid: number | undefined): ReadonlySet<number> {
  const processes = listProcesses();
  if (!processes.some((each) => each.pid === pid)) return new Set();
  const family = new Set([pid]);
  // Children may stand before their parents: repeat until nothing is added.
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const each of processes) if (family.has(each.parent)) family.add(each.pid);
  }
  const own = processes.find((each) => each.pid === process.pid)?.session;
  const sessions = processes.filter((each) => family.has(each.pid)).map((each) => each.session);
  return new Set(sessions.filter((session) => session !== own));
}

async function endSessions(sessions: ReadonlySet<number>): Promise<void> {
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

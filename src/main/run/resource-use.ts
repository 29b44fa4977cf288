import { readFileSync } from 'node:fs';
import { childrenOf } from './processes.ts';

/** What a program and all that it started take. */
export interface ResourceUse {
  /** Of all processors, since it was started. */
  readonly cpuSeconds: number;
  /** What they share is counted once. */
  readonly memoryBytes: number;
  readonly processes: number;
}

/** Of the times in /proc, on every Linux (sysconf(_SC_CLK_TCK)). */
const TICKS_A_SECOND = 100;

/** @param pids of the first processes; the others are below them. @returns nothing where all are gone. */
export function resourceUse(pids: readonly number[]): ResourceUse | undefined {
  let processes = 0;
  let ticks = 0;
  let memoryBytes = 0;
  const waiting = [...pids];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const time = ticksOf(next);
    if (time === undefined) continue;
    processes += 1;
    ticks += time;
    memoryBytes += memoryOf(next);
    for (const child of childrenOf(next)) waiting.push(child);
  }
  return processes === 0 ? undefined : { cpuSeconds: ticks / TICKS_A_SECOND, memoryBytes, processes };
}

/** Its own, and of its children that have ended (proc_pid_stat(5), fields 14 to 17). */
function ticksOf(pid: number): number | undefined {
  const text = read(pid, 'stat');
  if (text === undefined) return undefined;
  // The name of the program is in brackets, and may have any characters.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

/** Its share of what several processes have in memory. */
function memoryOf(pid: number): number {
  const [, kilobytes = '0'] = /^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup') ?? '') ?? [];
  return Number(kilobytes) * 1024;
}

function read(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

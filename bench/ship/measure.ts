import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** A program with its arguments. */
export type Line = readonly [string, ...string[]];

export interface Taken {
  readonly seconds: number;
  /** Of the processor, user and system, with those of its children. */
  readonly cpuSeconds: number;
}

/** Runs a program to its end. @throws where it fails, with what it said */
export async function take(work: string, [program, ...args]: Line, env: NodeJS.ProcessEnv): Promise<Taken> {
  const times = join(work, 'times');
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" >/dev/null 2>"$ERRORS"; } 2>"$TIMES"';
  const errors = join(work, 'errors');
  const result = await execa('bash', ['-c', script, 'bash', program, ...args], {
    env: { ...env, TIMES: times, ERRORS: errors },
    reject: false,
  });
  if (result.exitCode !== 0) throw new Error(`${program} ${args.join(' ')}: ${readFileSync(errors, 'utf8')}`);
  const [seconds = 0, user = 0, system = 0] = readFileSync(times, 'utf8').trim().split(' ').map(Number);
  return { seconds, cpuSeconds: user + system };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

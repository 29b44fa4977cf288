import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

const SET = resolve(import.meta.dirname, '../test/fixtures/nix/large');
const STRATA = resolve(import.meta.dirname, '../strata');
const CLI = resolve(import.meta.dirname, '../out/main/cli.js');
const SAMPLE_MS = 50;
const COLD_MS = 30_000;
const WARM_MS = 300;
const MOST_BYTES = 500e6;

interface Measured {
  readonly ms: number;
  /** Processor time of all processes, as far as they lived long enough to be seen. */
  readonly cpuSeconds: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The most resident memory of one process, by program. */
  readonly peaks: ReadonlyMap<string, number>;
}

/**
 * A set of 60,000 attributes of nixpkgs' shape, with its traps, as a user meets it at the command line: the first search,
 * one after it, and names looked up. Limits are those that Strata keeps on an idle machine with two processors.
 */
export async function bench(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  const env = { STRATA_CACHE_DIR: directory, NO_COLOR: '1' };
  const source = ['--source', `path:${SET}`];
  // Builds what is not built.
  await execa(STRATA, ['--version']);
  const load = loadavg()[0]?.toFixed(1);
  console.log(
    `  ${availableParallelism()} processors, load ${load}; each process by itself, the most memory that it had`,
  );
  try {
    const search = ['search', 'module1777', ...source];
    report('first search', await run(search, env), COLD_MS);
    report('second search', await run(search, env), WARM_MS);
    report('all left out', await run([...search, '--json'], env), WARM_MS);
    const names = 'package1777,pythonPackages.module1777,packge1777x,package1,package10,package13,package14';
    report(
      'seven names',
      await run(['build', '--packages', names, ...source, '-o', join(directory, 'x')], env),
      COLD_MS,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Measured> {
  const peaks = new Map<string, number>();
  const cpu = new Map<number, number>();
  const begun = performance.now();
  const subprocess = execa(process.execPath, [CLI, ...args], { env, reject: false });
  const timer = setInterval(() => {
    for (const { pid, name, bytes, cpuSeconds } of family(subprocess.pid)) {
      peaks.set(name, Math.max(peaks.get(name) ?? 0, bytes));
      cpu.set(pid, cpuSeconds);
    }
  }, SAMPLE_MS);
  const { stdout, stderr } = await subprocess;
  clearInterval(timer);
  return {
    ms: performance.now() - begun,
    cpuSeconds: [...cpu.values()].reduce((a, b) => a + b, 0),
    stdout,
    stderr,
    peaks,
  };
}

function report(title: string, { ms, cpuSeconds, stdout, stderr, peaks }: Measured, most: number): void {
  const memory = [...peaks].map(([name, bytes]) => `${name} ${(bytes / 1e6).toFixed(0)} MB`).join(', ');
  const last = stderr.split('\n').find((line) => line.includes(' found among ')) ?? '';
  const isOver = ms > most || [...peaks.values()].some((bytes) => bytes > MOST_BYTES);
  console.log(
    `  ${title}: ${(ms / 1000).toFixed(2)} s of ${most / 1000} s, processors ${cpuSeconds.toFixed(2)} s; ${memory}${isOver ? '  OVER' : ''}`,
  );
  if (last !== '') console.log(`    ${last.replace(/ of \/.*/, '')}`);
  if (title === 'all left out') {
    const { leftOut } = JSON.parse(stdout) as { readonly leftOut: readonly { readonly isThrown: boolean }[] };
    const thrown = leftOut.filter(({ isThrown }) => isThrown).length;
    console.log(`    ${leftOut.length - thrown} broken, ${thrown} thrown`);
  }
  if (isOver) process.exitCode = 1;
}

/** A process and its descendants, with processor time and the most memory that each has had (proc(5): VmHWM). */
function family(root: number | undefined): {
  readonly pid: number;
  readonly name: string;
  readonly bytes: number;
  readonly cpuSeconds: number;
}[] {
  const processes = readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const status = readFileSync(`/proc/${entry}/status`, 'utf8');
      const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
      const bytes = Number(field('VmHWM')) * 1024;
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
      const times = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 13);
      // In ticks, a hundred a second on Linux.
      const cpuSeconds = times.reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
      return [{ pid: Number(entry), parent: Number(field('PPid')), name: field('Name'), bytes, cpuSeconds }];
    } catch {
      return [];
    }
  });
  const pids = new Set([root]);
  for (let size = 0; size !== pids.size; ) {
    size = pids.size;
    for (const { pid, parent } of processes) if (pids.has(parent)) pids.add(pid);
  }
  return processes.filter(({ pid }) => pids.has(pid));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { shellWords } from '../../shared/command-line.ts';
import { StrataError } from '../../shared/errors.ts';
import { childrenOf } from './processes.ts';

/** What a program reads from and writes to. */
export type RunStreams =
  /** The streams of this process. */
  | { readonly type: 'inherited'; readonly hasTerminal: boolean }
  /** A terminal of its own, whose other end is this process. */
  | { readonly type: 'terminal'; readonly columns: number; readonly rows: number };

export interface Launched {
  readonly process: ChildProcess;
  /** The other end of its terminal, where it has one of its own. */
  readonly input: Writable | null;
  readonly output: Readable | null;
  /** Says how large its terminal is, where it has one of its own. */
  readonly resize: (columns: number, rows: number) => void;
  /** How it ended, as a shell has it: 128 and the number of the signal, where one ended it. */
  readonly exitCode: Promise<number>;
}

/**
 * Starts what runs a program. script(1) gives it a terminal of its own: what is in the image cannot type into the one
 * that Strata was started in. Without one, it is in a session of its own, so that Ctrl-C comes to it through Strata alone.
 *
 * @param pipes how many descriptors it gets from 3 on, each a pipe to this process.
 * @throws StrataError `run-failed` where it cannot be started.
 */
export async function launch(
  words: readonly [string, ...string[]],
  streams: RunStreams,
  pipes = 0,
): Promise<Launched> {
  const isInherited = streams.type === 'inherited';
  const hasTerminal = !isInherited || streams.hasTerminal;
  const [program, ...rest] = hasTerminal ? inTerminal(words, streams) : words;
  const stream = isInherited ? 'inherit' : 'pipe';
  const child = spawn(program, rest, {
    stdio: [stream, stream, stream, ...Array.from({ length: pipes }, () => 'pipe' as const)],
    detached: !isInherited || !hasTerminal,
    // script(1) has its command run by the user's shell, which may be none.
    env: { ...process.env, SHELL: '/bin/sh' },
  });
  const exitCode = new Promise<number>((resolve) => {
    child.once(isInherited ? 'exit' : 'close', (code: number | null, signal: NodeJS.Signals | null) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => {
      reject(new StrataError('run-failed', `${program} could not be started: ${cause.message}`, { cause }));
    });
  });
  const resize = (columns: number, rows: number) => {
    if (child.pid !== undefined) setSize(child.pid, columns, rows);
  };
  return { process: child, input: child.stdin, output: child.stdout, resize, exitCode };
}

function inTerminal(words: readonly string[], streams: RunStreams): readonly [string, ...string[]] {
  const size = streams.type === 'terminal' ? `stty rows ${streams.rows} columns ${streams.columns}; ` : '';
  const command = `${size}exec ${shellWords(words)}`;
  return ['script', '--quiet', '--return', '--echo', 'always', '--command', command, '/dev/null'];
}

/** The kernel tells the program of it (SIGWINCH), whoever changed the terminal. */
function setSize(script: number, columns: number, rows: number): void {
  const [child] = childrenOf(script);
  if (child === undefined) return;
  try {
    const terminal = readlinkSync(`/proc/${child}/fd/0`);
    void execa('stty', ['-F', terminal, 'columns', `${columns}`, 'rows', `${rows}`], { reject: false });
  } catch {
    // It ended meanwhile.
  }
}

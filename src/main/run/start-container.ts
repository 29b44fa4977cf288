import { execa } from 'execa';
import { StrataError } from '../../shared/errors.ts';
import { type Launched, launch, type RunStreams } from './launch.ts';
import { childrenOf, send } from './processes.ts';
import type { RunningProgram } from './program.ts';

type ContainerEngine = 'podman' | 'docker';

/** Starts podman or docker with a command that {@link containerCommand} made. @throws StrataError `run-failed`. */
export async function startContainer(
  words: readonly [string, ...string[]],
  { engine, name, streams }: ContainerStart,
): Promise<RunningProgram & Launched> {
  const launched = await launch(words, streams);
  const { pid = 0 } = launched.process;
  const isWrapped = streams.type === 'terminal' || streams.hasTerminal;
  return {
    ...launched,
    // They pass signals on to the program.
    signal: (signal) => send(isWrapped ? childrenOf(pid)[0] : pid, signal),
    findProcesses: () => processesOf(engine, name),
    // Killed themselves, they would leave it running.
    kill: () => void execa(engine, ['kill', name], { reject: false, stdio: 'ignore' }),
  };
}

async function processesOf(engine: ContainerEngine, name: string): Promise<readonly number[]> {
  const format = '{{.State.Pid}}';
  const result = await execa(engine, ['container', 'inspect', '--format', format, name], { reject: false });
  const pid = result.exitCode === 0 ? Number(result.stdout) : 0;
  return pid > 0 ? [pid] : [];
}

export interface ContainerStart {
  readonly engine: ContainerEngine;
  readonly name: string;
  readonly streams: RunStreams;
}

/** Whether podman or docker has an image. */
export async function hasImage(engine: ContainerEngine, image: string): Promise<boolean> {
  const result = await execa(engine, ['image', 'inspect', image], { reject: false, stdio: 'ignore' });
  return result.exitCode === 0;
}

/**
 * Puts an image into podman or docker.
 *
 * @param stream writes the image's archive.
 * @throws StrataError `run-failed` where it is not taken, and what the stream throws.
 */
export async function loadImage(
  engine: ContainerEngine,
  stream: (write: (bytes: Uint8Array) => Promise<void>) => Promise<unknown>,
): Promise<void> {
  const subprocess = execa(engine, ['load'], { stdin: 'pipe', stdout: 'ignore', reject: false });
  const { stdin } = subprocess;
  let isOpen = true;
  stdin.on('error', () => {
    isOpen = false;
  });
  await stream(
    (bytes) =>
      new Promise<void>((resolve) => {
        // What it refuses ends its reading: how it ended says why.
        if (!isOpen) resolve();
        else stdin.write(Buffer.from(bytes), () => resolve());
      }),
  );
  stdin.end();
  const { exitCode, stderr } = await subprocess;
  if (exitCode === 0) return;
  throw new StrataError('run-failed', `${engine} did not take the image.`, {
    hint: 'Its own words are in the log.',
    log: stderr,
  });
}

import { execa } from 'execa';
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

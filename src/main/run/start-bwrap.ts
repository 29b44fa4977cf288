import { writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { StrataError } from '../../shared/errors.ts';
import { type BwrapCommand, FD } from './bwrap-command.ts';
import { type Launched, launch, type RunStreams } from './launch.ts';
import { childrenOf, nameOf, send } from './processes.ts';
import type { RunningProgram } from './program.ts';

/** Every user there is: each is the same inside as outside. */
const ALL_USERS = '0 0 4294967295\n';

/** @throws StrataError `run-failed` where this machine does not let it be run. */
export async function startBwrap(
  { words, options }: BwrapCommand,
  streams: RunStreams,
  { asRoot }: { readonly asRoot: boolean },
): Promise<RunningProgram & Launched> {
  const launched = await launch(words, streams, Object.keys(FD).length);
  const { process: child, exitCode } = launched;
  const pipes = child.stdio as readonly unknown[];
  const go = pipes[FD.go] as Writable;
  const given = pipes[FD.options] as Writable;
  // One that ends early reads no more.
  for (const stream of [go, given]) stream.on('error', () => {});
  given.end(options);
  const sandbox = await Promise.race([
    firstOf(pipes[FD.child] as Readable).then(() => sandboxUnder(child.pid)),
    exitCode.then(() => undefined),
  ]);
  if (sandbox === undefined) {
    send(child.pid, 'SIGKILL');
    throw new StrataError('run-failed', 'bubblewrap could not be started.', {
      hint: 'What it lacks is said above. It needs user namespaces: where this machine forbids them, podman or docker may run the image.',
    });
  }
  if (asRoot) {
    writeFileSync(`/proc/${sandbox.init}/uid_map`, ALL_USERS);
    writeFileSync(`/proc/${sandbox.init}/gid_map`, ALL_USERS);
  }
  go.end('.');
  return {
    ...launched,
    signal: (name) => send(childrenOf(sandbox.init)[0], name),
    // What its program leaves behind comes to it.
    findProcesses: async () => childrenOf(sandbox.init),
    kill: () => send(sandbox.monitor, 'SIGKILL'),
  };
}

function firstOf(stream: Readable): Promise<unknown> {
  return new Promise((resolve) => {
    stream.once('data', resolve);
  });
}

interface Sandbox {
  /** Ends with the program, and everything in the sandbox with it. */
  readonly monitor: number;
  /** The first process in the sandbox, which starts the program. */
  readonly init: number;
}

/** bubblewrap's two processes, below those that set it up. It knows its child by its number in another namespace. */
function sandboxUnder(pid: number | undefined): Sandbox | undefined {
  if (pid === undefined) return undefined;
  for (const child of childrenOf(pid)) {
    const isSandbox = nameOf(pid) === 'bwrap' && nameOf(child) === 'bwrap';
    const found = isSandbox ? { monitor: pid, init: child } : sandboxUnder(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

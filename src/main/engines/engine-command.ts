import { execa } from 'execa';
import { StrataError, throwIfCancelled } from '../../shared/errors.ts';

/** Writes an archive to a pipe. */
type ArchiveStream = (write: (bytes: Uint8Array) => Promise<void>) => Promise<unknown>;

type Words = readonly [string, ...string[]];

/**
 * Has an engine do something. The command is the engine's own client, which knows where its daemon is and who may use it.
 *
 * @returns what it printed. @throws StrataError `run-failed`, with what it said; what the stream throws.
 */
export async function runEngine(
  [program, ...args]: Words,
  signal?: AbortSignal,
  directory?: string,
): Promise<string> {
  const result = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    ...(signal && { cancelSignal: signal }),
    ...(directory !== undefined && { cwd: directory }),
  });
  throwIfCancelled(signal);
  if (result.failed) throw refused(program, result);
  return result.stdout;
}

/** The same with an archive as its standard input. */
export async function pipeToEngine([program, ...args]: Words, stream: ArchiveStream): Promise<void> {
  const subprocess = execa(program, args, { stdin: 'pipe', stdout: 'ignore', reject: false });
  const { stdin } = subprocess;
  let isOpen = true;
  stdin.on('error', () => {
    isOpen = false;
  });
  try {
    await stream(
      (bytes) =>
        new Promise<void>((resolve) => {
          // What it refuses ends its reading: how it ended says why.
          if (!isOpen) resolve();
          else stdin.write(Buffer.from(bytes), () => resolve());
        }),
    );
  } catch (error) {
    // Half an archive must not be taken for a whole one.
    subprocess.kill('SIGKILL');
    await subprocess;
    throw error;
  }
  stdin.end();
  const result = await subprocess;
  if (result.failed) throw refused(program, result);
}

interface Refusal {
  readonly code?: string | undefined;
  readonly stderr?: string | undefined;
  readonly shortMessage?: string | undefined;
}

function refused(program: string, { code, stderr, shortMessage }: Refusal): StrataError {
  if (code === 'ENOENT') {
    return new StrataError('run-failed', `${program} cannot be found on this machine.`, {
      hint: '`strata doctor` says which engines answer; a file can be loaded into one elsewhere.',
    });
  }
  const said = stderr || shortMessage || '';
  const engine = program === 'ctr' ? 'containerd' : program;
  return new StrataError('run-failed', `${engine} did not take the image: ${lastLine(said)}`, {
    hint: 'Its own words are in the log.',
    log: said,
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

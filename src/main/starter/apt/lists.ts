import { execa } from 'execa';
import { Cancelled, StrataError } from '../../../shared/errors.ts';

const MACHINES: Readonly<Record<string, { system: string; multiarch: string }>> = {
  amd64: { system: 'x86_64-linux', multiarch: 'x86_64-linux-gnu' },
  arm64: { system: 'aarch64-linux', multiarch: 'aarch64-linux-gnu' },
};

/** What this machine's packages are built for. */
export interface Machine {
  /** Debian's name, such as amd64. */
  readonly architecture: string;
  /** Nix's name, such as x86_64-linux. */
  readonly system: string;
  /** Name of the library directories, such as x86_64-linux-gnu. */
  readonly multiarch: string;
}

const NO_APT_HINT =
  'The starter package set is made from Debian or Ubuntu packages. Elsewhere, choose nixpkgs or another package source.';

/** @throws StrataError `source-unavailable` without apt, or on an architecture that the starter set does not know. */
export async function readMachine(signal?: AbortSignal): Promise<Machine> {
  const result = await run('dpkg', ['--print-architecture'], signal);
  const architecture = result.trim();
  const machine = MACHINES[architecture];
  if (!machine) {
    throw new StrataError(
      'source-unavailable',
      `The starter package set is not available for the architecture ${architecture}.`,
      { hint: `It knows ${Object.keys(MACHINES).join(' and ')}. Choose nixpkgs or another package source.` },
    );
  }
  return { architecture, ...machine };
}

/**
 * Files of the Packages indices that apt has for `architecture`, ascending. Third-party repositories are left out: their
 * packages may replace those of the distribution with others of another shape.
 */
export async function findIndices(architecture: string, signal?: AbortSignal): Promise<string[]> {
  const format = '$(ARCHITECTURE)\t$(ORIGIN)\t$(SUITE)\t$(FILENAME)';
  const output = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], signal);
  const targets = output
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([itsArchitecture, origin, suite, file]) =>
      file && (itsArchitecture === architecture || itsArchitecture === 'all') && suite !== 'experimental'
        ? [{ origin, file }]
        : [],
    );
  const own = targets.filter(({ origin }) => origin === 'Debian' || origin === 'Ubuntu');
  return (own.length > 0 ? own : targets).map(({ file }) => file).sort();
}

/** The text of one index, whatever its compression. */
export function readIndex(file: string, signal?: AbortSignal): Promise<string> {
  return run('/usr/lib/apt/apt-helper', ['cat-file', file], signal);
}

/** Fetches the lists anew. Needs root. */
export async function updateLists(signal?: AbortSignal): Promise<void> {
  await run('apt-get', ['update', '-q'], signal);
}

export async function isInstalled(program: string, signal?: AbortSignal): Promise<boolean> {
  const result = await execa(program, ['--version'], {
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  if (result.isCanceled) throw new Cancelled();
  return !result.failed;
}

async function run(command: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await execa(command, args, {
    reject: false,
    stdin: 'ignore',
    maxBuffer: 2 ** 30,
    env: { LC_ALL: 'C.UTF-8' },
    ...(signal && { cancelSignal: signal }),
  });
  if (result.isCanceled) throw new Cancelled();
  if (result.failed) {
    if (result.code === 'ENOENT') {
      throw new StrataError('source-unavailable', `This machine has no ${command}.`, { hint: NO_APT_HINT });
    }
    throw new StrataError('source-unavailable', `${command} failed: ${result.shortMessage}`, {
      log: result.stderr,
      cause: result,
    });
  }
  return result.stdout;
}

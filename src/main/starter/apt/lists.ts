import { execa } from 'execa';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import type { IndexText } from './archive.ts';

const MACHINES = new Map<string, { system: string; multiarch: string }>(
  Object.entries({
    amd64: { system: 'x86_64-linux', multiarch: 'x86_64-linux-gnu' },
    arm64: { system: 'aarch64-linux', multiarch: 'aarch64-linux-gnu' },
  }),
);

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
  const machine = MACHINES.get(architecture);
  if (!machine) {
    throw new StrataError(
      'source-unavailable',
      `The starter package set is not available for the architecture ${architecture}.`,
      { hint: `It knows ${[...MACHINES.keys()].join(' and ')}. Choose nixpkgs or another package source.` },
    );
  }
  return { architecture, ...machine };
}

/** A Packages index of apt. */
export interface PackagesIndex {
  readonly file: string;
  /** As apt_preferences(5) has it: of two versions of a package, that of the higher priority is the candidate. */
  readonly priority: number;
}

/** What apt gives to a release of which nobody said anything. */
const ORDINARY_PRIORITY = 500;

/**
 * The Packages indices that apt has for `architecture`, ascending by file. Third-party repositories are left out: their
 * packages may replace those of the distribution with others of another shape. So is what apt does not install of
 * itself, such as backports, or another release that is pinned below this machine's own.
 */
export async function findIndices(architecture: string, signal?: AbortSignal): Promise<PackagesIndex[]> {
  const format =
    '$(ARCHITECTURE)\t$(ORIGIN)\t$(SUITE)\t$(FILENAME)\t$(SITE) $(RELEASE)/$(COMPONENT) $(ARCHITECTURE)';
  const output = await run('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'], signal);
  const targets = output
    .split('\n')
    .map((line) => line.split('\t'))
    .flatMap(([itsArchitecture, origin, suite, file, id = '']) =>
      file && (itsArchitecture === architecture || itsArchitecture === 'all') && suite !== 'experimental'
        ? [{ origin, file, id }]
        : [],
    );
  const own = targets.filter(({ origin }) => origin === 'Debian' || origin === 'Ubuntu');
  const chosen = own.length > 0 ? own : targets;
  const priorities =
    chosen.length > 0 ? readPriorities(await run('apt-cache', ['policy'], signal)) : undefined;
  const indices = chosen
    .map(({ file, id }) => ({ file, priority: priorities?.get(id) ?? ORDINARY_PRIORITY }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
  const automatic = indices.filter(({ priority }) => priority >= ORDINARY_PRIORITY);
  return automatic.length > 0 ? automatic : indices;
}

/** Priority of each index by address, release, component and architecture, from what `apt-cache policy` prints. */
function readPriorities(policy: string): Map<string, number> {
  const lines = policy.matchAll(/^ *(-?\d+) (\S+ \S+ \S+) Packages$/gm);
  return new Map([...lines].map(([, priority, id = '']) => [id, Number(priority)]));
}

/** The texts of indices, whatever their compression. */
export async function readIndices(
  indices: readonly PackagesIndex[],
  signal?: AbortSignal,
): Promise<IndexText[]> {
  const texts: IndexText[] = [];
  for (const { file, priority } of indices) {
    const text = await run('/usr/lib/apt/apt-helper', ['cat-file', file], signal);
    texts.push({ text, priority });
  }
  return texts;
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

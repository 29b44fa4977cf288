import { join } from 'node:path';
import { StrataError } from '../../../shared/errors.ts';
import {
  type PreparedStarter,
  prepareStarter,
  type StarterProgress,
  starterPopularity,
} from '../../starter/prepare.ts';
import { addFiles } from '../add-files.ts';
import type { NixInstallation } from '../environment.ts';
import type { NixEvent } from '../events.ts';
import type { NixSetting } from '../settings.ts';
import { TRUST_HINT } from '../store-problem.ts';
import { machineSandbox } from './machine-sandbox.ts';
import type { ResolvedSource, SourceContext, SourceRun } from './resolved-source.ts';

/** No cache has the paths of the starter set, so none is asked. */
const SETTINGS: readonly NixSetting[] = [
  ['substituters', ''],
  ['max-jobs', 'auto'],
  ['allow-import-from-derivation', 'false'],
];

/**
 * The package set that comes with Strata, made of this machine's Debian packages. Its builders are programs of this
 * machine: they run outside the sandbox, or the machine's programs are brought into it.
 */
export async function resolveStarter(context: SourceContext): Promise<ResolvedSource> {
  const problem = starterProblem(context.installation);
  if (problem !== null) throw problem;
  const { path, arguments: files, revision, system } = await prepareStarterFor([], context);
  if (context.system !== system) {
    throw new StrataError(
      'unsupported-system',
      `The starter set is made of this machine's Debian packages: it is for ${system}, not for ${context.system}.`,
      {
        hint: 'Use nixpkgs as the source, on a machine that can fetch it.',
        details: { reason: 'starter-system' },
      },
    );
  }
  return {
    type: 'starter',
    pinned: { type: 'starter' },
    description: "the starter set, made of this machine's Debian packages",
    location: path,
    revision,
    fingerprint: `starter-${revision}`,
    mayChange: false,
    reason: 'The starter set was asked for.',
    nix: { type: 'starter', path, ...files },
    settings: [...SETTINGS, ...(await sandboxFor(context.installation))],
    isPartial: true,
    popularity: ({ cacheDirectory, signal }) => starterPopularity({ cache: cacheDirectory, signal }),
    async prepare(attributes, of) {
      // Fetching may find that the archive moved on.
      return (await prepareStarterFor(attributes, of)).revision === revision;
    },
  };
}

async function sandboxFor({ storeAccess }: NixInstallation): Promise<readonly NixSetting[]> {
  return storeAccess === 'chroot' ? machineSandbox() : [['sandbox', 'false']];
}

/** Why the starter set cannot be built with this Nix, and what to do about it; null where it can. */
export function starterProblem({ canLeaveSandbox, storeAccess }: NixInstallation): StrataError | null {
  if (canLeaveSandbox || storeAccess === 'chroot') return null;
  return new StrataError(
    'source-unavailable',
    "The starter set is built by this machine's programs, outside the sandbox: the Nix daemon leaves it only for users " +
      'whom it trusts, and you are not one.',
    {
      hint: TRUST_HINT,
      action: { action: 'use-other-source', than: 'starter' },
      details: { reason: 'sandboxed' },
    },
  );
}

/** Downloads what these attributes are made of, into the store; with none, makes the set ready for evaluation. */
async function prepareStarterFor(
  attributes: readonly string[],
  context: SourceRun,
): Promise<PreparedStarter> {
  const prepared = await prepareStarter(attributes, {
    cache: context.cacheDirectory,
    signal: context.run.signal,
    onProgress: (progress) => {
      for (const event of eventsOf(progress)) context.run.onEvent?.(event);
    },
  });
  await addFiles(prepared.debs, join(context.cacheDirectory, 'starter'), context.run);
  return prepared;
}

const DOWNLOAD = 'starter-download';

function eventsOf(progress: StarterProgress): NixEvent[] {
  switch (progress.phase) {
    case 'update-lists':
      return [{ type: 'phase', phase: 'source', text: "Updating apt's package lists" }];
    case 'generate':
      return [{ type: 'phase', phase: 'source', text: "Reading apt's package lists" }];
    case 'download': {
      const { doneBytes, totalBytes } = progress;
      return [
        { type: 'download-started', id: DOWNLOAD, path: 'Debian packages', from: 'apt' },
        { type: 'progress', id: DOWNLOAD, done: doneBytes, expected: totalBytes },
        ...(doneBytes >= totalBytes ? [{ type: 'stopped', id: DOWNLOAD } as const] : []),
      ];
    }
  }
}

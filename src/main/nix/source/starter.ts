import { join } from 'node:path';
import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import {
  type PreparedStarter,
  prepareStarter,
  type StarterProgress,
  starterCatalog,
  starterPopularity,
} from '../../starter/prepare.ts';
import { addFiles } from '../add-files.ts';
import type { NixInstallation } from '../environment.ts';
import type { NixEvent } from '../events.ts';
import type { CatalogPackage } from '../package-facts.ts';
import type { NixSetting } from '../settings.ts';
import { machineSandbox } from './machine-sandbox.ts';
import type { ResolvedSource, SourceContext, SourceFiles, SourceRun } from './resolved-source.ts';
import type { SourceKind } from './source-kind.ts';
import { starterHint, starterProblem } from './starter-hint.ts';

type StarterSource = Extract<PackageSource, { readonly type: 'starter' }>;

/** No cache has the paths of the starter set, so none is asked. */
const SETTINGS: readonly NixSetting[] = [
  ['substituters', ''],
  ['max-jobs', 'auto'],
  ['allow-import-from-derivation', 'false'],
];

const TITLE = 'Starter set';

export const starterKind: SourceKind<StarterSource> = {
  name: ({ type }) => ({
    title: TITLE,
    location: 'Comes with Strata, made from the Debian packages of this machine.',
    revision: null,
    identity: type,
    isBuiltIn: true,
  }),
  resolve: (_, context) => resolveStarter(context),
  lockCaveat:
    "is made of this machine's Debian packages: once their lists move on, what is locked can no longer be had.",
  hint: starterHint,
};

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
    locked: { type: 'starter' },
    narHash: async () => null,
    // What it is made of is told by its location: as a title it would push the document's own aside.
    title: TITLE,
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
    catalog: listStarter,
    async prepare(attributes, of) {
      // Fetching may find that the archive moved on.
      return (await prepareStarterFor(attributes, of)).revision === revision;
    },
  };
}

async function sandboxFor({ storeAccess }: NixInstallation): Promise<readonly NixSetting[]> {
  return storeAccess === 'chroot' ? machineSandbox() : [['sandbox', 'false']];
}

/** Its packages and their programs, which it knows by itself. */
async function listStarter({ cacheDirectory, signal }: SourceFiles): Promise<CatalogPackage[]> {
  const entries = await starterCatalog({ cache: cacheDirectory, signal });
  return entries.map(({ attribute, pname, version, description, homepage, license, programs, outputs }) => ({
    attribute,
    name: `${pname}-${version}`,
    pname,
    version,
    description,
    homepage: homepage ?? null,
    licences: [{ name: license, spdxId: null, free: null }],
    mainProgram: null,
    outputs: [...outputs],
    marks: [],
    vulnerabilities: [],
    programs: [...programs],
  }));
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

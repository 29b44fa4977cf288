import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { withoutCredentials } from '../../../shared/without-credentials.ts';
import { runNix } from '../run.ts';
import type { NixSetting } from '../settings.ts';
import { flakeProblem } from './flake-problems.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';
import type { SourceKind } from './source-kind.ts';

type FlakeSource = Extract<PackageSource, { readonly type: 'flake' }>;

export const flakeKind: SourceKind<FlakeSource> = {
  name: ({ ref }) => ({
    title: `flake ${withoutCredentials(ref)}`,
    location: withoutCredentials(ref),
    revision: null,
    identity: `flake ${ref.replace(/#.*$/, '')}`,
    isBuiltIn: false,
  }),
  resolve: resolveFlake,
  absolute: (source, baseDirectory) => ({ ...source, ref: absoluteReference(source.ref, baseDirectory) }),
};

/** What Strata wants to know of a flake; Nix says more, and each version more than the one before. */
const metadataSchema = z.object({
  /** The locked reference. */
  url: z.string(),
  /** None where the flake is in no repository, or differs from its commit. */
  revision: z.string().optional().catch(undefined),
  locked: z.looseObject({ narHash: z.string().optional() }).catch({}),
  /** What its inputs are now, whether or not its lock file says so. */
  locks: z
    .object({
      nodes: z.record(z.string(), z.object({ locked: z.looseObject({}).optional() })),
    })
    .optional()
    .catch(undefined),
});

/** Reads what `nix flake metadata --json` prints. @throws StrataError where it does not say what the flake is. */
export function readFlakeMetadata(json: string): z.infer<typeof metadataSchema> {
  try {
    return metadataSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new StrataError('nix-failed', 'Nix describes the flake in a way that Strata does not read.', {
      hint: 'Use the packages by path: or git: instead, and report the version of Nix.',
      cause,
    });
  }
}

/** A flake may bring settings of its own, such as substituters: none of them is taken. */
const FLAKES: readonly NixSetting[] = [['accept-flake-config', 'false']];

/** A flake, locked. Its lock file is never written: what it does not lock is what its inputs are today. */
export async function resolveFlake(source: FlakeSource, context: SourceContext): Promise<ResolvedSource> {
  if (source.ref.startsWith('-') || source.ref.includes('#')) {
    throw new StrataError('usage', `${JSON.stringify(source.ref)} is not a flake reference.`, {
      hint: 'Write it without the part from # on, such as github:NixOS/nixpkgs/nixos-25.11.',
    });
  }
  const described = await metadata(asUrl(absoluteReference(source.ref, context.baseDirectory)), context);
  const { url, revision, locked } = described;
  const shown = withoutCredentials(source.ref);
  // A working tree with changes has a hash too, but no reference that would give it again.
  const isPinned = revision !== undefined || /[?&]narHash=/.test(url);
  const exact = isPinned ? (revision ?? locked.narHash ?? null) : null;
  return {
    type: 'flake',
    pinned: { type: 'flake', ref: url },
    locked: lockedFlake(source, described, context),
    narHash: async () => locked.narHash ?? null,
    requireFixed: () => requireLockedInputs(url, shown, context),
    description: exact === null ? `flake ${shown}, as it is now` : `flake ${shown}`,
    location: withoutCredentials(url),
    revision: exact,
    fingerprint: flakeFingerprint(described),
    mayChange: !isPinned,
    reason: 'The flake was asked for.',
    nix: { type: 'flake', ref: url },
    settings: FLAKES,
    isPartial: true,
  };
}

/**
 * What gives the same flake again. A reference to a directory without a repository would hold the time at which that was
 * written, which is another elsewhere: its hash is all that names it.
 */
function lockedFlake(
  source: FlakeSource,
  { url, revision, locked }: z.infer<typeof metadataSchema>,
  { baseDirectory }: SourceContext,
): FlakeSource {
  if (revision === undefined)
    return locked.type === 'path' || isLocal(source.ref) ? source : { type: 'flake', ref: url };
  if (absoluteReference(source.ref, baseDirectory) === source.ref) return { type: 'flake', ref: url };
  const pins = { ...(typeof locked.ref === 'string' ? { ref: locked.ref } : {}), rev: revision };
  return { type: 'flake', ref: withQuery(source.ref, pins) };
}

function isLocal(ref: string): boolean {
  return absoluteReference(ref, '/') !== ref || ref.startsWith('/');
}

/** A reference with these parameters in place of its own of the same names. */
function withQuery(reference: string, parameters: Readonly<Record<string, string>>): string {
  const [, path = '', query = ''] = /^([^?]*)(?:\?(.*))?$/s.exec(reference) ?? [];
  const others = query
    .split('&')
    .filter((part) => part !== '' && !Object.hasOwn(parameters, part.replace(/=.*$/s, '')));
  const added = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${path}?${[...others, ...added].join('&')}`;
}

/**
 * Names the content of a flake and of its inputs: what is not in the lock file, Nix looks up anew. Null where it does not
 * say what they are.
 */
function flakeFingerprint({ url, revision, locked, locks }: z.infer<typeof metadataSchema>): string | null {
  if ((revision ?? locked.narHash) === undefined || locks === undefined) return null;
  const inputs = Object.values(locks.nodes).flatMap(({ locked: input }) =>
    input === undefined ? [] : [input],
  );
  return inputs.every(isExact)
    ? createHash('sha256')
        .update(JSON.stringify([url, locked, locks]))
        .digest('hex')
    : null;
}

/** By its content or commit; a relative path is a part of what names it. */
function isExact({ narHash, rev, type, path }: Readonly<Record<string, unknown>>): boolean {
  const isPart = type === 'path' && typeof path === 'string' && !path.startsWith('/');
  return narHash !== undefined || rev !== undefined || isPart;
}

/**
 * Nix reads a directory as a part of a URL without encoding it, so what may not stand in one is encoded here. Of a plain
 * directory older versions of Nix do not decode it again; of a repository all do.
 */
function asUrl(ref: string): string {
  const [, directory = '', query = ''] = /^(\/[^?]*)(.*)$/s.exec(ref) ?? [];
  if (encodeURI(directory) === directory) return ref;
  if (!existsSync(join(directory, '.git'))) return `path:${encodeURI(directory)}${query}`;
  // Of a repository behind an encoded address, old versions of Nix know no branch but master.
  const head = /[?&](?:ref|rev)=/.test(query) ? '' : `${query === '' ? '?' : '&'}ref=HEAD`;
  return `git+file://${encodeURI(directory)}${query}${head}`;
}

/** It may go on with `?dir=…` or `#attribute`, which are not part of the path. */
function absoluteReference(ref: string, baseDirectory: string): string {
  const [, scheme = '', path = '', rest = ''] =
    /^(path:|git\+file:)?(\.{1,2}(?:\/[^?#]*)?|\/[^?#]*)((?:[?#].*)?)$/s.exec(ref) ?? [];
  return path === '' ? ref : `${scheme}${resolve(baseDirectory, path)}${rest}`;
}

/** What its own lock file leaves open would be another tomorrow, whatever holds the flake itself. */
async function requireLockedInputs(url: string, shown: string, context: SourceContext): Promise<void> {
  await metadata(url, context, '--no-update-lock-file').catch((error: unknown) => {
    const isOpen =
      error instanceof StrataError && /--no-(?:update|write)-lock-file/.test(`${error.message} ${error.log}`);
    if (!isOpen) throw error;
    throw new StrataError('source-unavailable', `The flake ${shown} does not lock all its inputs.`, {
      hint: 'Run `nix flake lock` where the flake is, and commit its flake.lock.',
      details: { reason: 'flake' },
      cause: error,
    });
  });
}

async function metadata(
  ref: string,
  context: SourceContext,
  lockFile: '--no-write-lock-file' | '--no-update-lock-file' = '--no-write-lock-file',
): Promise<z.infer<typeof metadataSchema>> {
  const run = {
    ...context.run,
    settings: [...context.run.settings, ...FLAKES],
    workingDirectory: context.baseDirectory,
  };
  const args = ['flake', 'metadata', ref, '--json', '--show-trace', lockFile];
  const { stdout } = await runNix({ program: 'nix', args }, run).catch((error: unknown) => {
    throw error instanceof StrataError ? flakeProblem(ref, error) : error;
  });
  return readFlakeMetadata(stdout);
}

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { PackageSource } from '../../../shared/document.ts';
import { Cancelled, StrataError } from '../../../shared/errors.ts';
import { withoutCredentials } from '../../../shared/without-credentials.ts';
import { askSource } from './ask-source.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';
import type { SourceKind } from './source-kind.ts';

type GitSource = Extract<PackageSource, { readonly type: 'git' }>;

export const gitKind: SourceKind<GitSource> = {
  name: ({ url, rev, ref }) => ({
    title: `git repository ${url.replace(/\/+$/, '').replace(/^.*[/:]/, '')}`,
    location: withoutCredentials(url),
    revision: rev ?? ref ?? null,
    identity: `git ${url}`,
    isBuiltIn: false,
  }),
  resolve: resolveGit,
  absolute: (source, baseDirectory) =>
    isDirectory(source.url) ? { ...source, url: resolve(baseDirectory, source.url) } : source,
};

const treeSchema = z.object({
  rev: z.string().regex(/^[0-9a-f]{40}$/),
  narHash: z.string().nullable(),
  hasDefault: z.boolean(),
  hasFlake: z.boolean(),
});

/** A commit of a git repository. Only what is committed counts, also in a repository of this machine. */
async function resolveGit(source: GitSource, context: SourceContext): Promise<ResolvedSource> {
  for (const text of [source.url, source.ref ?? '']) {
    if (text.startsWith('-')) {
      throw new StrataError(
        'usage',
        `${JSON.stringify(text)} is not the address or branch of a git repository.`,
      );
    }
  }
  const url = absoluteUrl(source.url, context.baseDirectory);
  const { rev, ref, narHash } = await commitOf({ ...source, url }, context);
  const shown = withoutCredentials(url);
  return {
    type: 'git',
    pinned: { type: 'git', url, rev, ...(ref === undefined ? {} : { ref }) },
    locked: { type: 'git', url: source.url, rev, ...(ref === undefined ? {} : { ref }) },
    narHash: async () => narHash,
    description: shown,
    location: shown,
    revision: rev,
    fingerprint: rev,
    mayChange: false,
    reason:
      source.rev !== undefined
        ? 'The commit was asked for.'
        : source.ref !== undefined
          ? `It is what ${source.ref} points to.`
          : 'It is what the repository has checked out (HEAD).',
    nix: { type: 'git', url, rev, ...(ref === undefined ? {} : { ref }) },
    settings: [],
    isPartial: true,
  };
}

/** Nix takes a short ref for a branch; a tag of that name is what is meant where there is no such branch. */
async function commitOf(
  source: GitSource,
  context: SourceContext,
): Promise<{ readonly rev: string; readonly ref: string | undefined; readonly narHash: string | null }> {
  const { url, rev, ref } = source;
  const refs = ref === undefined || ref.startsWith('refs/') ? [ref] : [ref, `refs/tags/${ref}`];
  let failure: unknown;
  for (const candidate of refs) {
    try {
      const request = {
        type: 'git',
        url,
        ...(rev === undefined ? {} : { rev }),
        ...(candidate === undefined ? {} : { ref: candidate }),
      };
      const tree = await askSource(request, treeSchema, context);
      if (!tree.hasDefault) throw withoutDefault({ url, rev: tree.rev, ref: candidate }, tree.hasFlake);
      return { rev: tree.rev, ref: candidate, narHash: tree.narHash };
    } catch (error) {
      if (error instanceof Cancelled) throw error;
      failure ??= error;
      // What cannot be reached under one name cannot be under another.
      if (!(error instanceof StrataError) || error.code !== 'evaluation-failed') break;
    }
  }
  throw unavailable(source, failure);
}

function withoutDefault(
  { url, rev, ref }: { readonly url: string; readonly rev: string; readonly ref: string | undefined },
  isFlake: boolean,
): StrataError {
  const scheme = url.startsWith('/') ? 'git+file://' : /^[^/:]+@[^/:]+:/.test(url) ? 'git+ssh://' : 'git+';
  const address = scheme === 'git+ssh://' ? url.replace(':', '/') : url;
  const query = ref === undefined ? `rev=${rev}` : `ref=${ref}`;
  const flake = withoutCredentials(`${scheme}${address}?${query}`);
  const place = `${withoutCredentials(url)} at ${rev}`;
  return new StrataError('source-unavailable', `The git repository ${place} has no default.nix.`, {
    hint: isFlake
      ? `It is a flake: use flake:${flake} as the source.`
      : 'Name a repository with a default.nix that gives a set of packages.',
    details: { reason: 'git' },
  });
}

function unavailable(source: GitSource, cause: unknown): unknown {
  if (
    !(cause instanceof StrataError) ||
    cause.code === 'nix-missing' ||
    cause.code === 'source-unavailable'
  ) {
    return cause;
  }
  const what = source.rev ?? source.ref ?? 'HEAD';
  const url = withoutCredentials(source.url);
  const isUnreachable = cause.code === 'network';
  const message = isUnreachable
    ? `The git repository ${url} cannot be had: ${cause.message.replace(/^\S+ cannot be reached: /, '')}`
    : `The git repository ${url} does not give ${what}.`;
  return new StrataError('source-unavailable', message, {
    hint: isUnreachable
      ? cause.hint
      : 'Check the address, and that the branch or commit exists and you may read it.',
    action: isUnreachable ? cause.action : undefined,
    details: { reason: 'git' },
    ...(cause.log === undefined ? {} : { log: cause.log }),
    cause,
  });
}

/**
 * A directory becomes an absolute path, with which Nix reads the repository itself; the URL of one where it has
 * characters that Nix would not take in a path.
 */
function absoluteUrl(url: string, baseDirectory: string): string {
  if (!isDirectory(url)) return url;
  const directory = resolve(baseDirectory, url);
  if (!existsSync(directory)) return url;
  return encodeURI(directory) === directory ? directory : pathToFileURL(directory).href;
}

/** Rather than a URL, or an address of SSH. */
function isDirectory(url: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:/i.test(url) && !/^[^/]+@[^/]+:/.test(url);
}

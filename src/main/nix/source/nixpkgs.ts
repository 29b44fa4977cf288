import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { sriHash } from '../../../shared/nix-hash.ts';
import { resourcePath } from '../../files/paths.ts';
import { holdSource } from '../gc-roots.ts';
import { narHashOf } from '../nar-hash.ts';
import { queryHash } from '../query.ts';
import type { NixSetting } from '../settings.ts';
import { askSource } from './ask-source.ts';
import { resolveFlake } from './flake.ts';
import { recall, remember } from './memory.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';
import { findOnSearchPath } from './search-path.ts';
import type { SourceKind } from './source-kind.ts';

type NixpkgsSource = Extract<PackageSource, { readonly type: 'nixpkgs' }>;

export const nixpkgsKind: SourceKind<NixpkgsSource> = {
  name: ({ type, commit, channel }) => ({
    title: commit
      ? `nixpkgs, commit ${commit.slice(0, 12)}`
      : channel
        ? `nixpkgs, channel ${channel}`
        : 'nixpkgs',
    location:
      commit === undefined
        ? 'https://github.com/NixOS/nixpkgs'
        : `https://github.com/NixOS/nixpkgs or a fork of it, commit ${commit}`,
    revision: commit ?? channel ?? null,
    identity: commit === undefined ? type : `nixpkgs ${commit}`,
    isBuiltIn: commit === undefined,
  }),
  resolve: resolveNixpkgs,
};

const commitSchema = z.string().regex(/^[0-9a-f]{40}$/);

/** Nixpkgs stopped supporting Nix before 2.18 after this release. */
const LAST_CHANNEL_FOR_OLD_NIX = 'nixos-24.11';
const DEFAULT_CHANNEL = 'nixos-unstable';

/** A probe of the network: a machine without one should know within a second or two. */
const QUICKLY: readonly NixSetting[] = [
  ['connect-timeout', '5'],
  ['download-attempts', '1'],
];

/**
 * nixpkgs at a commit, at a channel, or, where neither is named, as this machine has it: from the search path, from
 * the flake registry, else the default channel. @throws StrataError `source-unavailable`.
 */
export async function resolveNixpkgs(source: NixpkgsSource, context: SourceContext): Promise<ResolvedSource> {
  if (source.commit !== undefined) return atCommit(source.commit, 'The commit was asked for.', context);
  if (source.channel !== undefined) return atChannel(source.channel, 'The channel was asked for.', context);

  const found = (await onSearchPath(context)) ?? (await inRegistry(context));
  if (found !== undefined) return found;
  const channel = context.installation.isAtLeast(2, 18) ? DEFAULT_CHANNEL : LAST_CHANNEL_FOR_OLD_NIX;
  const why = context.installation.isAtLeast(2, 18)
    ? ''
    : `, the last that Nix ${context.installation.version} reads`;
  const reason = `There is no nixpkgs on the search path or in the flake registry, so it is the default channel${why}.`;
  return atChannel(channel, reason, context);
}

async function atCommit(
  commit: string,
  reason: string,
  context: SourceContext,
  channel?: string,
): Promise<ResolvedSource> {
  const url = `${context.nixpkgs.archives}/${commit}.tar.gz`;
  const key = `nixpkgs-${commit}`;
  const schema = z.object({ sha256: z.string() });
  let known = await recall(context.cacheDirectory, key, schema);
  if (known === undefined) {
    if (context.offline) throw unavailable(url, 'Strata works offline, and this commit is not here yet');
    const { path } = await askSource({ type: 'tarball', url }, z.object({ path: z.string() }), context).catch(
      asUnavailable,
    );
    known = { sha256: await queryHash(path, context.run) };
    await holdSource(context.cacheDirectory, key, path, context.run);
    await remember(context.cacheDirectory, key, known);
  }
  const { sha256 } = known;
  return {
    type: 'nixpkgs',
    pinned: { type: 'nixpkgs', commit },
    locked: { type: 'nixpkgs', commit },
    narHash: async () => sriHash(sha256),
    description: channel === undefined ? 'nixpkgs' : `nixpkgs, channel ${channel}`,
    location: url,
    revision: commit,
    fingerprint: commit,
    mayChange: false,
    reason,
    nix: { type: 'tarball', url, sha256 },
    settings: [['allow-import-from-derivation', 'false']],
    isPartial: false,
  };
}

async function atChannel(channel: string, reason: string, context: SourceContext): Promise<ResolvedSource> {
  const key = `channel-${channel}`;
  const schema = z.object({ commit: commitSchema });
  const url = `${context.nixpkgs.channels}/${encodeURIComponent(channel)}/git-revision`;
  const last = await recall(context.cacheDirectory, key, schema);
  try {
    if (context.offline) throw unavailable(url, 'Strata works offline');
    const answer = await askSource({ type: 'channel', url }, schema, context, QUICKLY).catch(asUnavailable);
    const source = await atCommit(answer.commit, reason, context, channel);
    // Not before its tree is here: until then, the commit that was known before is the one to fall back to.
    await remember(context.cacheDirectory, key, answer);
    return source;
  } catch (error) {
    const isUnreachable = error instanceof StrataError && error.code === 'source-unavailable';
    if (!isUnreachable || last === undefined) throw error;
    const known = `${reason} The channel cannot be fetched now: this is its last known commit.`;
    return atCommit(last.commit, known, context, channel);
  }
}

async function onSearchPath(context: SourceContext): Promise<ResolvedSource | undefined> {
  if (!context.run.env.NIX_PATH && context.run.env.NIX_PATH !== undefined) return undefined;
  // An entry of NIX_PATH that is a URL and out of reach is as good as none.
  const found = await findOnSearchPath(context).catch((error: unknown) => {
    if (error instanceof StrataError && error.code !== 'nix-missing') return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const { path, onDisk, revision, version } = found;
  const commit = commitSchema.safeParse(revision);
  const inStore = path.startsWith(`${context.installation.storeDirectory}/`);
  const pinned: PackageSource = commit.success
    ? { type: 'nixpkgs', commit: commit.data }
    : { type: 'path', path };
  return {
    type: 'nixpkgs',
    pinned,
    locked: pinned,
    narHash: () => narHashOf(onDisk, context.run.signal),
    description: version ? `nixpkgs ${version} of the search path` : 'nixpkgs of the search path',
    location: path,
    revision: revision ?? (inStore ? path : null),
    fingerprint: inStore ? path : null,
    mayChange: !inStore,
    reason: 'The search path (NIX_PATH, channels) has a nixpkgs.',
    nix: { type: 'path', path: onDisk },
    settings: [['allow-import-from-derivation', 'false']],
    isPartial: false,
  };
}

const registrySchema = z.object({ flakes: z.array(z.unknown()) });
const nixpkgsEntrySchema = z.object({
  from: z.object({ type: z.literal('indirect'), id: z.literal('nixpkgs') }),
});

/** The user's and the system's flake registry; the global one only says `nixpkgs-unstable`, and is a download. */
async function inRegistry(context: SourceContext): Promise<ResolvedSource | undefined> {
  const configHome = context.run.env.XDG_CONFIG_HOME || join(context.run.env.HOME || homedir(), '.config');
  for (const file of [join(configHome, 'nix', 'registry.json'), '/etc/nix/registry.json']) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const registry = registrySchema.safeParse(safeJson(text));
    const entries = registry.success ? registry.data.flakes : [];
    if (!entries.some((entry) => nixpkgsEntrySchema.safeParse(entry).success)) continue;
    const resolved = await resolveFlake({ type: 'flake', ref: 'nixpkgs' }, withoutGlobalRegistry(context));
    return { ...resolved, type: 'nixpkgs', reason: `The flake registry (${file}) has a nixpkgs.` };
  }
  return undefined;
}

/** Nix downloads the global registry before it looks into any, also where it will not need it. */
function withoutGlobalRegistry(context: SourceContext): SourceContext {
  const registry: NixSetting = ['flake-registry', resourcePath('nix', 'empty-registry.json')];
  return { ...context, run: { ...context.run, settings: [...context.run.settings, registry] } };
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unavailable(url: string, why: string): StrataError {
  return new StrataError('source-unavailable', `nixpkgs cannot be had from ${url}: ${why}.`, {
    action: { action: 'use-other-source', than: 'nixpkgs' },
    details: { reason: 'unreachable', url },
  });
}

function asUnavailable(error: unknown): never {
  if (error instanceof StrataError && error.code === 'network') {
    throw new StrataError('source-unavailable', `nixpkgs cannot be had: ${error.message}`, {
      hint: 'Check the network.',
      action: { action: 'use-other-source', than: 'nixpkgs' },
      details: { reason: 'unreachable' },
      ...(error.log === undefined ? {} : { log: error.log }),
      cause: error,
    });
  }
  throw error;
}

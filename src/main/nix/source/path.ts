import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { narHashOf } from '../nar-hash.ts';
import { hashOf } from '../query.ts';
import { contentOf } from './content.ts';
import { locate } from './locate.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';
import type { SourceKind } from './source-kind.ts';
import { readWorkingTree } from './working-tree.ts';

type PathSource = Extract<PackageSource, { readonly type: 'path' }>;

export const pathKind: SourceKind<PathSource> = {
  name: ({ path }) => ({
    title: `${path.endsWith('.nix') ? 'file' : 'directory'} ${path}`,
    location: path,
    revision: null,
    identity: `path ${path}`,
    isBuiltIn: false,
  }),
  resolve: resolvePath,
  absolute: (source, baseDirectory) => ({ ...source, path: resolve(baseDirectory, source.path) }),
};

/** A Nix file, or a directory with a default.nix, of this machine. It is read where it is. */
async function resolvePath(source: PathSource, context: SourceContext): Promise<ResolvedSource> {
  const path = resolve(context.baseDirectory, source.path);
  const place = locate(path, context.installation);
  if (place === undefined) throw unavailable(`There is nothing at ${path}.`);
  const { onDisk } = place;
  const status = await stat(onDisk);
  if (status.isDirectory() && !existsSync(join(onDisk, 'default.nix'))) {
    throw unavailable(
      `${path} has no default.nix.`,
      existsSync(join(onDisk, 'flake.nix')) ? `It is a flake: use flake:${path} as the source.` : undefined,
    );
  }
  const identity = await identify(place.path, status.isDirectory(), context);
  return {
    type: 'path',
    pinned: { type: 'path', path },
    locked: source,
    narHash: () => narHashOf(onDisk, context.run.signal),
    description: path,
    location: path,
    ...identity,
    reason: 'The path was asked for.',
    nix: { type: 'path', path: onDisk },
    settings: [],
    isPartial: true,
  };
}

type Identity = Pick<ResolvedSource, 'revision' | 'fingerprint' | 'mayChange'>;

/**
 * What is at the path now. nixpkgs is known to be made of its own files only, and is too large to read them all where git
 * knows better; anything else may name files outside.
 */
async function identify(path: string, isDirectory: boolean, context: SourceContext): Promise<Identity> {
  const { storeDirectory } = context.installation;
  if (path.startsWith(`${storeDirectory}/`)) return { revision: path, fingerprint: path, mayChange: false };
  const isNixpkgs = isDirectory && existsSync(join(path, 'pkgs', 'top-level', 'default.nix'));
  const tree =
    isDirectory && existsSync(join(path, '.git')) ? await readWorkingTree(path, context.run) : undefined;
  if (isDirectory && existsSync(join(path, '.git'))) {
    const content = isNixpkgs ? (tree?.content ?? null) : await contentOf(path, storeDirectory);
    return {
      revision: tree?.isClean ? tree.commit : null,
      fingerprint: content === null ? null : `${path} ${tree?.commit ?? ''} ${content}`,
      mayChange: true,
    };
  }
  const written = isDirectory ? await readFile(join(path, '.git-revision'), 'utf8').catch(() => null) : null;
  if (written !== null) return { revision: written.trim(), fingerprint: null, mayChange: true };
  const hash = await hashOf(path, context.run);
  const content = isNixpkgs ? hash : await contentOf(path, storeDirectory);
  return { revision: hash, fingerprint: content === null ? null : `${path} ${content}`, mayChange: true };
}

function unavailable(message: string, hint?: string): StrataError {
  return new StrataError('source-unavailable', message, {
    hint: hint ?? 'Name a Nix file, or a directory with a default.nix that gives a set of packages.',
    details: { reason: 'path' },
  });
}

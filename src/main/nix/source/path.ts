import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { physicalPath } from '../../../engine/graph/physical-path.ts';
import type { PackageSource } from '../../../shared/document.ts';
import { StrataError } from '../../../shared/errors.ts';
import { hashOf } from '../query.ts';
import type { ResolvedSource, SourceContext } from './resolved-source.ts';

type PathSource = Extract<PackageSource, { readonly type: 'path' }>;

/** A Nix file, or a directory with a default.nix, of this machine. It is read where it is. */
export async function resolvePath(source: PathSource, context: SourceContext): Promise<ResolvedSource> {
  const path = resolve(context.baseDirectory, source.path);
  const { storeDirectory, storeRoot } = context.installation;
  const isBelow = storeRoot !== '' && path.startsWith(`${storeDirectory}/`);
  const onDisk = isBelow ? physicalPath(storeRoot, path) : path;
  const status = await stat(onDisk).catch(() => undefined);
  if (status === undefined) throw unavailable(`There is nothing at ${path}.`);
  if (status.isDirectory() && !existsSync(join(onDisk, 'default.nix'))) {
    throw unavailable(
      `${path} has no default.nix.`,
      existsSync(join(onDisk, 'flake.nix')) ? `It is a flake: use flake:${path} as the source.` : undefined,
    );
  }
  // Not every version of Nix reads a path of such a store where it says.
  const real = isBelow ? onDisk : await realpath(path);
  const { revision, fingerprint } = await identify(isBelow ? path : real, status.isDirectory(), context);
  return {
    type: 'path',
    pinned: { type: 'path', path },
    description: path,
    location: path,
    revision,
    fingerprint,
    reason: 'The path was asked for.',
    nix: { type: 'path', path: real },
    settings: [],
    isPartial: true,
  };
}

/** A working tree can change without its commit; everything else is named by its content. */
async function identify(
  path: string,
  isDirectory: boolean,
  context: SourceContext,
): Promise<{ readonly revision: string | null; readonly fingerprint: string | null }> {
  if (path.startsWith(`${context.installation.storeDirectory}/`))
    return { revision: path, fingerprint: path };
  const written = await readFile(join(path, '.git-revision'), 'utf8').catch(() => undefined);
  if (isDirectory && written !== undefined) return { revision: written.trim(), fingerprint: null };
  if (isDirectory && existsSync(join(path, '.git'))) {
    return { revision: (await headCommit(path)) ?? null, fingerprint: null };
  }
  const hash = await hashOf(path, context.run);
  return { revision: hash, fingerprint: isDirectory ? hash : null };
}

/** The commit that is checked out, read from the repository's files (gitrepository-layout(5)). */
async function headCommit(path: string): Promise<string | undefined> {
  const read = (name: string) => readFile(join(path, '.git', name), 'utf8').catch(() => '');
  const head = (await read('HEAD')).trim();
  const ref = /^ref: (.+)$/.exec(head)?.[1];
  if (ref === undefined) return head || undefined;
  const loose = (await read(ref)).trim();
  if (loose !== '') return loose;
  const packed = (await read('packed-refs')).split('\n').find((line) => line.endsWith(` ${ref}`));
  return packed?.split(' ')[0];
}

function unavailable(message: string, hint?: string): StrataError {
  return new StrataError('source-unavailable', message, {
    hint: hint ?? 'Name a Nix file, or a directory with a default.nix that gives a set of packages.',
    details: { reason: 'path' },
  });
}

import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { formatAttribute } from './package-names.ts';
import { type NixRunContext, runNix } from './run.ts';

const SOURCE_PREFIX = 'source-';

export interface GcRoot {
  /** Name within the directory of roots, for {@link dropGcRoot}. */
  readonly name: string;
  readonly path: string;
  /** The store path that it holds, with its closure; null where that is gone. */
  readonly target: string | null;
  /** Attributes of the packages of an image, or the name of a package source. */
  readonly holds: readonly string[];
  readonly createdAt: Date;
}

/**
 * Where Strata's roots are. Each is a symlink into the store which Nix knows of as an indirect root
 * (/nix/var/nix/gcroots/auto): as long as the link is there, `nix-collect-garbage` keeps what it points to.
 */
export function gcRootsDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'gcroots');
}

/** The root of a derivation that is to be built: the same derivation has the same root. */
export async function prepareGcRoot(cacheDirectory: string, derivation: string): Promise<string> {
  const directory = gcRootsDirectory(cacheDirectory);
  makeDirectory(directory);
  return join(directory, derivation.slice(derivation.lastIndexOf('/') + 1).replace(/\.drv$/, ''));
}

/** Where on disk a root leads: it is a link to what the store path says, wherever the store is. */
export async function physicalTarget(root: string, storeRoot = ''): Promise<string> {
  return physicalPath(storeRoot, await readlink(root));
}

/** Whether a root is there, and what it holds. */
export function isHeld(root: string, storeRoot = ''): Promise<boolean> {
  return physicalTarget(root, storeRoot).then(existsSync, () => false);
}

/** All roots, oldest first. @param storeRoot of the installation that they are roots of */
export async function listGcRoots(cacheDirectory: string, storeRoot = ''): Promise<GcRoot[]> {
  const directory = gcRootsDirectory(cacheDirectory);
  const names = await readdir(directory).catch(() => []);
  const roots: GcRoot[] = [];
  for (const name of names.toSorted()) {
    const path = join(directory, name);
    const status = await lstat(path).catch(() => undefined);
    if (!status?.isSymbolicLink()) continue;
    const target = (await isHeld(path, storeRoot)) ? await readlink(path) : null;
    const holds = await holdsOf(name, () => physicalTarget(path, storeRoot));
    roots.push({ name, path, target, holds, createdAt: status.mtime });
  }
  return roots.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** Holds a path that is in the store already, such as the tree of a package source. */
export async function holdSource(
  cacheDirectory: string,
  source: string,
  path: string,
  context: NixRunContext,
): Promise<void> {
  const directory = gcRootsDirectory(cacheDirectory);
  makeDirectory(directory);
  const root = join(directory, `${SOURCE_PREFIX}${source}`);
  const args = ['--realise', path, '--add-root', root, '--indirect'];
  await runNix({ program: 'nix-store', args }, context);
}

const graphSchema = z.object({ packages: z.array(z.object({ attribute: z.array(z.string()) })) });

async function holdsOf(name: string, fileOf: () => Promise<string>): Promise<string[]> {
  if (name.startsWith(SOURCE_PREFIX)) return [name.slice(SOURCE_PREFIX.length)];
  try {
    const { packages } = graphSchema.parse(JSON.parse(await readFile(await fileOf(), 'utf8')));
    return [...new Set(packages.map(({ attribute }) => formatAttribute(attribute)))];
  } catch {
    return [];
  }
}

/** Removes a root: what it held may go with the next garbage collection. No error where it is gone already. */
export async function dropGcRoot(cacheDirectory: string, name: string): Promise<void> {
  const path = join(gcRootsDirectory(cacheDirectory), name);
  const status = await lstat(path).catch(() => undefined);
  if (name === '' || name.includes('/') || !status?.isSymbolicLink()) return;
  await rm(path, { force: true });
}

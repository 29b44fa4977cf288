import { lstat, mkdir, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface GcRoot {
  /** Name within the directory of roots, for {@link dropGcRoot}. */
  readonly name: string;
  readonly path: string;
  /** The store path that it holds, with its closure; null where that is gone. */
  readonly target: string | null;
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
  await mkdir(directory, { recursive: true });
  return join(directory, derivation.slice(derivation.lastIndexOf('/') + 1).replace(/\.drv$/, ''));
}

/** All roots, oldest first. */
export async function listGcRoots(cacheDirectory: string): Promise<GcRoot[]> {
  const directory = gcRootsDirectory(cacheDirectory);
  const names = await readdir(directory).catch(() => []);
  const roots: GcRoot[] = [];
  for (const name of names.toSorted()) {
    const path = join(directory, name);
    const status = await lstat(path).catch(() => undefined);
    if (!status?.isSymbolicLink()) continue;
    const target = await realpath(path).then(
      () => readlink(path),
      () => null,
    );
    roots.push({ name, path, target, createdAt: status.mtime });
  }
  return roots.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}

/** Removes a root: what it held may go with the next garbage collection. No error where it is gone already. */
export async function dropGcRoot(cacheDirectory: string, name: string): Promise<void> {
  const path = join(gcRootsDirectory(cacheDirectory), name);
  const status = await lstat(path).catch(() => undefined);
  if (name === '' || name.includes('/') || !status?.isSymbolicLink()) return;
  await rm(path, { force: true });
}

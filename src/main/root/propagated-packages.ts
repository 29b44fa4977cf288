import { lstatSync, readFileSync } from 'node:fs';
import { storePathName } from '../../engine/graph/closure-graph.ts';
import { physicalPath } from '../../engine/graph/physical-path.ts';
import { fileSystemError } from '../files/file-system-error.ts';
import type { RootPackage } from './merge-packages.ts';

const LIST = 'nix-support/propagated-user-env-packages';
const MOST_LIST_BYTES = 1_000_000;
/** Of the first; each that follows stands behind it. */
const FIRST_PRIORITY = 1_000;

/**
 * Packages with those whose files belong beside theirs: what `nix-support/propagated-user-env-packages` of one of them
 * names, and what those name in turn, each behind all that were there before (nixpkgs, pkgs/build-support/buildenv,
 * builder.pl).
 *
 * @param isInImage whether the image has a store path; others are passed over.
 * @throws StrataError `file-system`.
 */
export function withPropagatedPackages(
  packages: readonly RootPackage[],
  isInImage: (path: string) => boolean,
  storeRoot = '',
): readonly RootPackage[] {
  const known = new Set(packages.map(({ path }) => path));
  const propagated: RootPackage[] = [];
  let level = [...known];
  while (level.length > 0) {
    const named = new Set(level.flatMap((path) => propagatedBy(path, storeRoot)));
    level = [...named].filter((path) => !known.has(path) && isInImage(path)).sort();
    for (const path of level) {
      known.add(path);
      propagated.push({ name: storePathName(path), path, priority: FIRST_PRIORITY + propagated.length });
    }
  }
  return [...packages, ...propagated];
}

function propagatedBy(path: string, storeRoot: string): readonly string[] {
  const file = `${physicalPath(storeRoot, path)}/${LIST}`;
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile() || stats.size > MOST_LIST_BYTES) return [];
    return readFileSync(file, 'utf8')
      .split(/\s+/)
      .filter((word) => word !== '');
  } catch (error) {
    // The output itself is a file.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
    throw fileSystemError(error, 'read', file);
  }
}

import { type ClosureGraph, storePathName } from '../graph/closure-graph.ts';
import type { UpdateHistory } from './hints.ts';
import { versionPattern } from './popularity-match.ts';

/** A path of a build that takes the place of another version or build of it in the one before. */
export interface PathChange {
  readonly from: string;
  readonly to: string;
  /** Whether it changed of itself, and not only because something that it refers to did. */
  readonly isOrigin: boolean;
}

/**
 * What changed from one build of an image to the next. Paths are matched by name without version. Nix renames
 * everything that depends on a change; so a change is taken for an origin where the name (with its version) changed, or
 * where nothing that it refers to did.
 */
export function changesBetween(before: ClosureGraph, after: ClosureGraph): readonly PathChange[] {
  const old = new Map<string, string[]>();
  const known = new Set(before.paths);
  const kept = new Set(after.paths);
  for (const path of before.paths) {
    if (kept.has(path)) continue;
    const pattern = versionPattern(storePathName(path));
    const paths = old.get(pattern);
    if (paths === undefined) old.set(pattern, [path]);
    else paths.push(path);
  }
  const from = after.paths.map((path) => {
    if (known.has(path)) return undefined;
    const candidates = old.get(versionPattern(storePathName(path))) ?? [];
    const name = storePathName(path);
    return candidates.find((candidate) => storePathName(candidate) === name) ?? candidates[0];
  });
  return from.flatMap((path, node): PathChange[] => {
    if (path === undefined) return [];
    const to = after.paths[node];
    const row = after.references.subarray(after.offsets[node], after.offsets[node + 1]);
    const isOrigin =
      storePathName(path) !== storePathName(to) || row.every((target) => known.has(after.paths[target]));
    return [{ from: path, to, isOrigin }];
  });
}

/** Adds the steps between builds, oldest first, to what is known already. */
export function learnUpdates(
  builds: readonly ClosureGraph[],
  known: UpdateHistory = { steps: 0, changes: {} },
): UpdateHistory {
  const counts = new Map(Object.entries(known.changes));
  let steps = known.steps;
  for (let build = 1; build < builds.length; build++) {
    steps++;
    const origins = changesBetween(builds[build - 1], builds[build]).filter(({ isOrigin }) => isOrigin);
    const names = new Set(origins.map(({ to }) => versionPattern(storePathName(to))));
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { steps, changes: Object.fromEntries(sorted) };
}

import { type Popularity, storePathName } from '../graph/closure-graph.ts';

/** A store path and what it refers to, by path or base name. */
export interface StorePathReferences {
  readonly path: string;
  readonly references: readonly string[];
}

/**
 * How many paths of other names refer to each name. Nixery's popcount counts the same over the narinfo files of a
 * binary cache. Names that nothing, or only one path, refers to are left out: planners take 1 for what they do not find.
 */
export function countPopularity(paths: Iterable<StorePathReferences>): Popularity {
  const referrers = new Map<string, Set<string>>();
  for (const { path, references } of paths) {
    const name = storePathName(path);
    for (const reference of references) {
      const target = storePathName(reference);
      if (target === name) continue;
      const known = referrers.get(target);
      if (known === undefined) referrers.set(target, new Set([name]));
      else known.add(name);
    }
  }
  const counts = [...referrers].flatMap(([name, { size }]): [string, number][] =>
    size > 1 ? [[name, size]] : [],
  );
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

import { type ClosureGraph, type Popularity, storePathName } from '../graph/closure-graph.ts';

/**
 * What the versions of a name have in common: the name with `*` for every part between dashes that begins with a digit.
 * `openssl-3.0.22-bin` gives `openssl-*-bin`. Nix's own rule, a version from the first dash that no letter follows on,
 * takes `libgtk-3-bin-3.24` and `libgtk-3-0-3.24` for one package.
 */
export function versionPattern(name: string): string {
  return name.replace(/(?<=-)\d[^-]*/g, '*');
}

/**
 * Popularity of each node: by its whole name; else, since counts may come from another day's package set, the highest
 * count of any other version; else 1.
 */
export function matchPopularity(graph: ClosureGraph, popularity: Popularity): Float64Array {
  const counts = Object.entries(popularity);
  const exact = new Map(counts);
  const names = graph.paths.map(storePathName);
  const unknown = names.filter((name) => !exact.has(name));
  const patterns = patternCounts(counts, new Set(unknown.map(firstPart)));
  return Float64Array.from(names, (name) => exact.get(name) ?? patterns.get(versionPattern(name)) ?? 1);
}

/** Highest count of each pattern. Only names that begin as one of the wanted do are looked at closely. */
function patternCounts(
  counts: readonly [string, number][],
  wanted: ReadonlySet<string>,
): Map<string, number> {
  const patterns = new Map<string, number>();
  for (const [name, count] of counts) {
    if (!wanted.has(firstPart(name))) continue;
    const pattern = versionPattern(name);
    patterns.set(pattern, Math.max(patterns.get(pattern) ?? 0, count));
  }
  return patterns;
}

function firstPart(name: string): string {
  const dash = name.indexOf('-');
  return dash === -1 ? name : name.slice(0, dash);
}

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
  return Float64Array.from(countsOfNodes(graph, popularity), (count) => count ?? 1);
}

/** How many nodes the counts know, by whole name or by another version. */
export function countMatched(graph: ClosureGraph, popularity: Popularity): number {
  return countsOfNodes(graph, popularity).filter((count) => count !== undefined).length;
}

function countsOfNodes(graph: ClosureGraph, popularity: Popularity): (number | undefined)[] {
  const names = graph.paths.map(storePathName);
  const exact = names.map((name) => (Object.hasOwn(popularity, name) ? popularity[name] : undefined));
  const unknown = names.filter((_, node) => exact[node] === undefined);
  const patterns = patternCounts(popularity, new Set(unknown.map(firstPart)));
  return names.map((name, node) => exact[node] ?? patterns.get(versionPattern(name)));
}

/** Highest count of each pattern. Only names that begin as one of the wanted do are looked at closely. */
function patternCounts(popularity: Popularity, wanted: ReadonlySet<string>): Map<string, number> {
  const patterns = new Map<string, number>();
  if (wanted.size === 0) return patterns;
  for (const name in popularity) {
    if (!wanted.has(firstPart(name))) continue;
    const pattern = versionPattern(name);
    patterns.set(pattern, Math.max(patterns.get(pattern) ?? 0, popularity[name]));
  }
  return patterns;
}

function firstPart(name: string): string {
  const dash = name.indexOf('-');
  return dash === -1 ? name : name.slice(0, dash);
}

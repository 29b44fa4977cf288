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

/**
 * The counts that {@link matchPopularity} looks at, a small part of those of a package set: of each name its own, or else
 * the highest of its other versions.
 */
export function excerptPopularity(graph: ClosureGraph, popularity: Popularity): Popularity {
  const names = new Set(countedNames(graph, popularity));
  return Object.fromEntries(
    [...names].flatMap((name) => (name === undefined ? [] : [[name, popularity[name]]])),
  );
}

function countsOfNodes(graph: ClosureGraph, popularity: Popularity): (number | undefined)[] {
  return countedNames(graph, popularity).map((name) => (name === undefined ? undefined : popularity[name]));
}

/** The name that the count of each node is found by. */
function countedNames(graph: ClosureGraph, popularity: Popularity): (string | undefined)[] {
  const names = graph.paths.map(storePathName);
  const isCounted = names.map((name) => Object.hasOwn(popularity, name));
  const unknown = names.filter((_, node) => !isCounted[node]);
  const versions = mostPopularVersions(popularity, new Set(unknown.map(firstPart)));
  return names.map((name, node) => (isCounted[node] ? name : versions.get(versionPattern(name))));
}

/** By pattern. Only names that begin as one of the wanted do are looked at closely. */
function mostPopularVersions(popularity: Popularity, wanted: ReadonlySet<string>): Map<string, string> {
  const versions = new Map<string, string>();
  if (wanted.size === 0) return versions;
  for (const name in popularity) {
    if (!wanted.has(firstPart(name))) continue;
    const pattern = versionPattern(name);
    const other = versions.get(pattern);
    if (other === undefined || popularity[name] > popularity[other]) versions.set(pattern, name);
  }
  return versions;
}

function firstPart(name: string): string {
  const dash = name.indexOf('-');
  return dash === -1 ? name : name.slice(0, dash);
}

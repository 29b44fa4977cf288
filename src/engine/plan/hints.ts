import { type ClosureGraph, storePathName } from '../graph/closure-graph.ts';
import { versionPattern } from './popularity-match.ts';

/**
 * What somebody knows about an image that its graph does not tell. Paths are named by store path, by name, by name with
 * `*` for its version, or by name alone, as in `openssl-3.0.22-bin`, `openssl-*-bin` and `openssl`; a name may stand for
 * several paths.
 */
export interface PlanHints {
  /** Each gets a layer of its own. */
  readonly pins?: readonly string[] | undefined;
  /** The paths of a list stay in one layer. Lists that share a path become one. */
  readonly keepTogether?: readonly (readonly string[])[] | undefined;
  /** What changes with every build, such as the application's own code: together in the last layer. */
  readonly volatile?: readonly string[] | undefined;
  /** How often paths changed in past builds. */
  readonly updates?: UpdateHistory | undefined;
}

export interface UpdateHistory {
  /** Number of steps from one build to the next that were looked at. */
  readonly steps: number;
  /** In how many of them a path changed of itself, by name with `*` for its version. */
  readonly changes: Readonly<Record<string, number>>;
}

/** Both together: lists one after the other; the history of the second, where it has one. */
export function joinHints(a: PlanHints, b: PlanHints): PlanHints {
  return {
    pins: [...(a.pins ?? []), ...(b.pins ?? [])],
    keepTogether: [...(a.keepTogether ?? []), ...(b.keepTogether ?? [])],
    volatile: [...(a.volatile ?? []), ...(b.volatile ?? [])],
    updates: b.updates ?? a.updates,
  };
}

/** Nodes that hints speak of; no node is in two of the lists. */
export interface ResolvedHints {
  readonly pins: Uint32Array;
  readonly keepTogether: readonly Uint32Array[];
  readonly volatile: Uint32Array;
  /** Names in the hints that no path has. */
  readonly unmatched: readonly string[];
}

/** Finds the nodes. Where lists contradict each other, volatile goes before pins, and pins before keep-together. */
export function resolveHints(graph: ClosureGraph, hints: PlanHints): ResolvedHints {
  const unmatched = new Set<string>();
  let finder: ((name: string) => readonly number[]) | undefined;
  const find = (name: string): readonly number[] => {
    finder ??= nodeFinder(graph);
    const found = finder(name);
    if (found.length === 0) unmatched.add(name);
    return found;
  };
  const taken = new Set<number>();
  const take = (names: readonly string[]): Uint32Array => {
    const nodes = names.flatMap(find).filter((node) => !taken.has(node));
    for (const node of nodes) taken.add(node);
    return Uint32Array.from(new Set(nodes)).sort();
  };
  const volatile = take(hints.volatile ?? []);
  const pins = take(hints.pins ?? []);
  const lists = (hints.keepTogether ?? []).map((names) =>
    names.flatMap(find).filter((node) => !taken.has(node)),
  );
  return { volatile, pins, keepTogether: unite(lists), unmatched: [...unmatched] };
}

function nodeFinder(graph: ClosureGraph): (name: string) => readonly number[] {
  const nodes = new Map<string, number[]>();
  graph.paths.forEach((path, node) => {
    for (const key of hintNames(path)) {
      const known = nodes.get(key);
      if (known === undefined) nodes.set(key, [node]);
      else known.push(node);
    }
  });
  return (name) => nodes.get(name) ?? [];
}

/** All that a hint may call a path, the most exact first. */
export function hintNames(path: string): ReadonlySet<string> {
  const name = storePathName(path);
  return new Set([path, name, versionPattern(name), packageName(name)]);
}

/** The name without version as people say it, by Nix's `parseDrvName`: up to the first dash that no letter follows. */
function packageName(name: string): string {
  const version = /.-[^A-Za-z]/.exec(name);
  return version === null ? name : name.slice(0, version.index + 1);
}

/** Unites lists that share a node. Lists of fewer than two nodes say nothing. */
function unite(lists: readonly (readonly number[])[]): Uint32Array[] {
  let united: Set<number>[] = [];
  for (const list of lists) {
    const touching = united.filter((set) => list.some((node) => set.has(node)));
    const all = new Set([...touching.flatMap((set) => [...set]), ...list]);
    united = [...united.filter((set) => !touching.includes(set)), all];
  }
  return united.filter((set) => set.size > 1).map((set) => Uint32Array.from(set).sort());
}

/** A path that never changed counts as having changed half a time: its past is only that of this image. */
const UNSEEN_CHANGES = 0.5;

/**
 * How likely each node is to be the next that changes of itself, in units of a path that never did.
 */
export function updateWeights(graph: ClosureGraph, { changes }: UpdateHistory): Float64Array {
  const known = new Map(Object.entries(changes));
  return Float64Array.from(graph.paths, (path) => {
    const changed = known.get(versionPattern(storePathName(path))) ?? 0;
    return (UNSEEN_CHANGES + changed) / UNSEEN_CHANGES;
  });
}

import { type ClosureGraph, storePathName } from '../graph/closure-graph.ts';
import { depths, references, UNREACHED } from '../graph/reach.ts';
import { type HierarchicalPlan, planFromHierarchy } from '../plan/hierarchy.ts';
import { hierarchyFromLevels } from '../plan/levels.ts';

/** Beyond so many layers, which no image format takes, the next finer level is a layer for each path. */
const MOST_LAYERS = 1024;

/**
 * The layers of nixpkgs' dockerTools since 2025 (NixOS/nixpkgs pull request 355189, pkgs/build-support/docker:
 * auto-layer.py by Lars Jellema).
 *
 * Paths become primary one after the other, the biggest first. Paths that the same primaries depend on, or are, share a
 * layer; a primary so shares one with what only it depends on. The last partition that is within the budget is taken.
 * The original takes equal sizes in the order of its input; here names decide.
 */
export function auto(graph: ClosureGraph): HierarchicalPlan {
  // In the original, layers come in the order of their closures' sizes.
  const hierarchy = hierarchyFromLevels(graph.size, autoLevels(graph), (node) => -graph.closureSizes[node]);
  return planFromHierarchy('auto', graph, hierarchy);
}

/**
 * The partitions by the primaries that depend on each node, after each further primary. With `primariesAlone`, a primary
 * shares its layer with nothing.
 */
export function* autoLevels(
  graph: ClosureGraph,
  { primariesAlone = false }: { readonly primariesAlone?: boolean } = {},
): Generator<Uint32Array> {
  let groups = new Uint32Array(graph.size);
  let count = Math.min(1, graph.size);
  for (const primary of biggestFirst(graph)) {
    const depth = depths(references(graph), Uint32Array.of(primary));
    const refined = new Map<number, number>();
    groups = groups.map((group, node) => {
      const isAlone = primariesAlone && node === primary;
      const part = isAlone ? -1 : group * 2 + (depth[node] === UNREACHED ? 0 : 1);
      const known = refined.get(part) ?? refined.size;
      refined.set(part, known);
      return known;
    });
    count = refined.size;
    yield groups;
    if (count > MOST_LAYERS) break;
  }
  if (count > MOST_LAYERS) yield groups.map((_, node) => node);
}

function biggestFirst({ paths, narSizes }: ClosureGraph): Uint32Array {
  const names = paths.map(storePathName);
  return Uint32Array.from(paths, (_, node) => node).sort(
    (a, b) => narSizes[b] - narSizes[a] || (names[a] === names[b] ? a - b : names[a] < names[b] ? -1 : 1),
  );
}

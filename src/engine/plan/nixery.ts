import { dominatorTree } from '../dominators/dominator-tree.ts';
import type { ClosureGraph, Popularity } from '../graph/closure-graph.ts';
import { nodePopularity } from '../graph/popularity.ts';
import { entryNodes, references } from '../graph/reach.ts';
import { type HierarchicalPlan, planFromHierarchy } from './hierarchy.ts';

export interface NixeryOptions {
  readonly popularity?: Popularity | undefined;
  /** A path with a closure of more bytes than this becomes the head of a layer. */
  readonly closureSizeThreshold?: number | undefined;
  /** A path that is at least this popular becomes the head of a layer. */
  readonly popularityThreshold?: number | undefined;
}

export const NIXERY_CLOSURE_SIZE_THRESHOLD = 100_000_000;
export const NIXERY_POPULARITY_THRESHOLD = 1000;

/**
 * The layers of Nixery's group-layers (github.com/google/nixery, builder: group-layers/main.go).
 *
 * The image root refers to every requested path and to every big or popular one. Each path that only the root dominates
 * heads a layer with all that it dominates. A layer is rated by the popularity of its head times the sum of the closure
 * sizes in it; while there are more layers than the budget, the two lowest in the order of the first rating become one,
 * which stays the lowest. The original settles ties at random; here the head's store path does.
 */
export function nixery(graph: ClosureGraph, options: NixeryOptions = {}): HierarchicalPlan {
  const popularity = nodePopularity(graph, options.popularity ?? {});
  const tree = dominatorTree(references(graph), layerEntries(graph, popularity, options));
  const heads = tree.parents.map((_, node) => node).filter((node) => tree.parents[node] === tree.root);
  const dominated = (head: number) =>
    tree.order.subarray(tree.positions[head], tree.positions[head] + tree.counts[head]);

  const closureBytes = new Float64Array(graph.size);
  for (const head of heads) {
    for (const node of dominated(head)) closureBytes[head] += graph.closureSizes[node];
  }
  heads.sort(
    (a, b) => compareProducts(popularity[a], closureBytes[a], popularity[b], closureBytes[b]) || a - b,
  );

  const order = new Uint32Array(graph.size);
  const starts = new Uint32Array(heads.length);
  let end = 0;
  heads.forEach((head, group) => {
    starts[group] = end;
    order.set(dominated(head), end);
    end += tree.counts[head];
  });
  return planFromHierarchy('nixery', graph, {
    order,
    starts,
    // Groups join the lowest layer one by one, so the last boundary is the last to go.
    cutFrom: starts.map((_, group) => (group === 0 ? 0 : heads.length - group + 1)),
    sharing: Float64Array.from(heads, (head) => popularity[head]),
  });
}

/** Everything that the image root refers to, each once. */
function layerEntries(graph: ClosureGraph, popularity: Float64Array, options: NixeryOptions): Uint32Array {
  const {
    closureSizeThreshold = NIXERY_CLOSURE_SIZE_THRESHOLD,
    popularityThreshold = NIXERY_POPULARITY_THRESHOLD,
  } = options;
  const isEntry = new Uint8Array(graph.size);
  for (const entry of entryNodes(graph)) isEntry[entry] = 1;
  for (let node = 0; node < graph.size; node++) {
    if (graph.closureSizes[node] > closureSizeThreshold || popularity[node] >= popularityThreshold)
      isEntry[node] = 1;
  }
  return Uint32Array.from(isEntry.keys()).filter((node) => isEntry[node] === 1);
}

/** Order of `a · b` and `c · d`. Ratings leave the whole numbers that a double holds, and two may differ beyond them. */
function compareProducts(a: number, b: number, c: number, d: number): number {
  const difference = a * b - c * d;
  if (difference !== 0 || a * b <= Number.MAX_SAFE_INTEGER) return difference;
  const exact = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
  return exact < 0n ? -1 : exact > 0n ? 1 : 0;
}

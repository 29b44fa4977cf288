import { type DominatorTree, dominatorTree } from '../dominators/dominator-tree.ts';
import { argsort } from '../graph/argsort.ts';
import type { ClosureGraph, Popularity } from '../graph/closure-graph.ts';
import { nodePopularity } from '../graph/popularity.ts';
import { references } from '../graph/reach.ts';
import { type HierarchicalPlan, planFromHierarchy } from '../plan/hierarchy.ts';

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
  const heads = headsByRating(graph, popularity, tree);

  const order = new Uint32Array(graph.size);
  const starts = new Uint32Array(heads.length);
  const cutFrom = new Uint32Array(heads.length);
  const sharing = new Float64Array(heads.length);
  let end = 0;
  for (let group = 0; group < heads.length; group++) {
    const head = heads[group];
    starts[group] = end;
    // Groups join the lowest layer one by one, so the last boundary is the last to go.
    cutFrom[group] = group === 0 ? 0 : heads.length - group + 1;
    sharing[group] = popularity[head];
    for (let at = 0; at < tree.counts[head]; at++) order[end++] = tree.order[tree.positions[head] + at];
  }
  return planFromHierarchy('nixery', graph, { order, starts, cutFrom, sharing });
}

/** Everything that the image root refers to, ascending. */
function layerEntries(graph: ClosureGraph, popularity: Float64Array, options: NixeryOptions): Uint32Array {
  const {
    closureSizeThreshold = NIXERY_CLOSURE_SIZE_THRESHOLD,
    popularityThreshold = NIXERY_POPULARITY_THRESHOLD,
  } = options;
  const isRequested = new Uint8Array(graph.size);
  for (const root of graph.roots) isRequested[root] = 1;
  const entries: number[] = [];
  for (let node = 0; node < graph.size; node++) {
    const isBig = graph.closureSizes[node] > closureSizeThreshold;
    const isPopular = popularity[node] >= popularityThreshold;
    if (isRequested[node] === 1 || isBig || isPopular) entries.push(node);
  }
  return Uint32Array.from(entries);
}

/** Nodes that only the image root dominates, by their layers' ratings; equal ones by store path. */
function headsByRating(graph: ClosureGraph, popularity: Float64Array, tree: DominatorTree): Uint32Array {
  const layerBytes = new Float64Array(graph.size);
  let head = 0;
  for (const node of tree.order) {
    // In preorder, a head is followed by all that it dominates.
    if (tree.parents[node] === tree.root) head = node;
    layerBytes[head] += graph.closureSizes[node];
  }
  const heads: number[] = [];
  for (let node = 0; node < graph.size; node++) if (tree.parents[node] === tree.root) heads.push(node);

  const ratings = new Float64Array(heads.length);
  for (let at = 0; at < heads.length; at++) ratings[at] = popularity[heads[at]] * layerBytes[heads[at]];
  const order = argsort(ratings);
  settleRounded(order, ratings, (at) => BigInt(popularity[heads[at]]) * BigInt(layerBytes[heads[at]]));
  return order.map((at) => heads[at]);
}

/** Beyond 2^53 ratings are rounded. Where that made two of them equal, the whole numbers decide. */
function settleRounded(order: Uint32Array, ratings: Float64Array, exact: (at: number) => bigint): void {
  for (let start = 0, end = 0; start < order.length; start = end) {
    const rating = ratings[order[start]];
    for (end = start + 1; end < order.length && ratings[order[end]] === rating; ) end++;
    if (end - start === 1 || rating <= Number.MAX_SAFE_INTEGER) continue;
    order.subarray(start, end).sort((a, b) => {
      const difference = exact(a) - exact(b);
      return difference === 0n ? a - b : difference < 0n ? -1 : 1;
    });
  }
}

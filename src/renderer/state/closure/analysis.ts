import {
  type DominatorTree,
  dominatedSums,
  dominatorTree,
} from '../../../engine/dominators/dominator-tree.ts';
import { type ClosureGraph, type Popularity, storePathName } from '../../../engine/graph/closure-graph.ts';
import { type Csr, neighbours } from '../../../engine/graph/csr.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { depths, entryNodes, references, referrers } from '../../../engine/graph/reach.ts';
import { matchPopularity } from '../../../engine/plan/popularity-match.ts';
import type { ScaledPopularity } from '../../../engine/plan/popularity-scale.ts';

/** A closure with everything about its paths that the screens ask for, and the counts that it is planned with. Computed once a build. */
export interface Closure extends ScaledPopularity {
  readonly build: string;
  readonly graph: ClosureGraph;
  /** What the package source counts, whether or not it is planned with that. */
  readonly counted: ScaledPopularity;
  /** Store path names of the nodes, without hash. */
  readonly names: readonly string[];
  /** All nodes, largest first. */
  readonly bySize: Uint32Array;
  readonly references: Csr;
  readonly referrers: Csr;
  readonly dominators: DominatorTree;
  /** Bytes that would go with each node: its own and those of all that it dominates. */
  readonly dominatedBytes: Float64Array;
  /** References on a shortest way from a root. */
  readonly depth: Uint32Array;
  readonly maxDepth: number;
  /** How widely each node is shared, 0 (only here) to 1 (the most widely shared path of the image). */
  readonly sharing: Float64Array;
  /** What `sharing` was taken from. */
  readonly sharingFrom: 'popularity' | 'referrers';
  readonly totalBytes: number;
}

export function analyse(
  build: string,
  graph: ClosureGraph,
  counted: ScaledPopularity,
  chosen?: Popularity,
): Closure {
  const planned = chosen === undefined ? counted : { popularity: chosen };
  const { popularity } = planned;
  const forward = references(graph);
  const backward = referrers(graph);
  const entries = entryNodes(graph);
  const dominators = dominatorTree(forward, entries);
  const depth = depths(forward, entries);
  const known = Object.keys(popularity).length > 0;
  const own = known
    ? matchPopularity(graph, popularity)
    : Float64Array.from({ length: graph.size }, (_, node) => 1 + neighbours(backward, node).length);
  return {
    build,
    graph,
    ...planned,
    counted,
    names: graph.paths.map(storePathName),
    bySize: nodesBySize(graph.narSizes),
    references: forward,
    referrers: backward,
    dominators,
    dominatedBytes: dominatedSums(dominators, graph.narSizes),
    depth,
    maxDepth: depth.reduce((a, b) => Math.max(a, b), 0),
    sharing: shares(raisedByReferrers(own, forward)),
    sharingFrom: known ? 'popularity' : 'referrers',
    totalBytes: graph.narSizes.reduce((a, b) => a + b, 0),
  };
}

/** All nodes, largest first; equal sizes in order of store path. */
export function nodesBySize(narSizes: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: narSizes.length }, (_, node) => node).sort(
    (a, b) => itemAt(narSizes, b) - itemAt(narSizes, a) || a - b,
  );
}

/** Weights where each node has at least that of whatever refers to it: what needs the one needs the other. */
function raisedByReferrers(weights: Float64Array, references: Csr): Float64Array {
  const raised = weights.slice();
  const done = new Uint8Array(weights.length);
  const heaviestFirst = Uint32Array.from({ length: weights.length }, (_, node) => node).sort(
    (a, b) => itemAt(weights, b) - itemAt(weights, a) || a - b,
  );
  for (const start of heaviestFirst) {
    if (done[start] === 1) continue;
    const weight = itemAt(weights, start);
    const queue = [start];
    done[start] = 1;
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      raised[node] = weight;
      for (const next of neighbours(references, node)) {
        if (done[next] === 1) continue;
        done[next] = 1;
        queue.push(next);
      }
    }
  }
  return raised;
}

/** Sets the widely shared apart, most of which lie close together on a logarithmic scale. */
const SPREAD = 1.6;

/** Weights from 1 up on a scale of 0 to 1: logarithmic, with the upper end spread out. */
function shares(weights: Float64Array): Float64Array {
  const most = Math.log(weights.reduce((a, b) => Math.max(a, b), 1));
  return weights.map((weight) => (most === 0 ? 0 : (Math.log(Math.max(1, weight)) / most) ** SPREAD));
}

import { addRow, type ClosureColumns, measure } from '../../graph/closure-columns.ts';
import type { ClosureGraph } from '../../graph/closure-graph.ts';

/** What a pull by somebody who has nothing yet weighs, in updates of one path. */
export const PULL_WEIGHT = 8;

/**
 * Sets of paths that may become layers, with what their cost is made of (docs/planning.md tells the model).
 *
 * A layer costs its bytes times the weight of the updates that change it. A set that other images are likely to hold
 * as that same layer costs its credit less, as long as nothing else is merged into it.
 */
export interface Clusters {
  readonly count: number;
  readonly words: number;
  /** Union of the members' closures: a row of {@link ClosureColumns} a cluster. */
  readonly bits: Uint32Array;
  readonly weights: Float64Array;
  readonly bytes: Float64Array;
  /** Weight of the updates that change the cluster: that of `bits`. */
  readonly updates: Float64Array;
  readonly credits: Float64Array;
}

/**
 * One cluster for each set of nodes.
 *
 * `sharedBy` is the chance, 0 to 1, that another image holds a set as a layer of its own: 0 where it is left out.
 */
export function clustersOf(
  graph: ClosureGraph,
  columns: ClosureColumns,
  sets: readonly Uint32Array[],
  sharedBy: readonly number[] = [],
): Clusters {
  const { words, weights } = columns;
  const bits = new Uint32Array(sets.length * words);
  const bytes = new Float64Array(sets.length);
  const updates = new Float64Array(sets.length);
  const credits = new Float64Array(sets.length);
  sets.forEach((nodes, cluster) => {
    for (const node of nodes) {
      bytes[cluster] += graph.narSizes[node];
      addRow(bits, cluster * words, columns.bits, node * words, words);
    }
    updates[cluster] = measure(bits, cluster * words, weights);
    credits[cluster] = bytes[cluster] * (PULL_WEIGHT + updates[cluster]) * (sharedBy[cluster] ?? 0);
  });
  return { count: sets.length, words, bits, weights, bytes, updates, credits };
}

/** The clusters that `labels` unite: cluster `c` goes into `labels[c]`, numbers from 0 without gaps. */
export function united(clusters: Clusters, labels: Uint32Array, count: number): Clusters {
  const { words, weights } = clusters;
  const bits = new Uint32Array(count * words);
  const bytes = new Float64Array(count);
  const credits = new Float64Array(count);
  const members = new Uint32Array(count);
  for (let cluster = 0; cluster < clusters.count; cluster++) {
    const label = labels[cluster];
    bytes[label] += clusters.bytes[cluster];
    credits[label] = members[label] === 0 ? clusters.credits[cluster] : 0;
    members[label]++;
    addRow(bits, label * words, clusters.bits, cluster * words, words);
  }
  const updates = new Float64Array(count);
  for (let label = 0; label < count; label++) updates[label] = measure(bits, label * words, weights);
  return { count, words, bits, weights, bytes, updates, credits };
}

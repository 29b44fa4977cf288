import { addRow, measure, measureUnion } from '../../graph/closure-columns.ts';
import type { Clusters } from './clusters.ts';

/** Pairs of clusters in the order in which they merge; the first of a pair keeps its number, the second is gone. */
export type MergeSequence = readonly (readonly [kept: number, gone: number])[];

export interface Agglomeration {
  /** Number of clusters to stop at. */
  readonly target: number;
  /** Only clusters of one label merge. */
  readonly labels?: Uint32Array | undefined;
  /** No merge raises the cost by more than this. */
  readonly maxRise?: number | undefined;
}

const NONE = 0xffffffff;

/**
 * Merges the pair that raises the cost least, again and again.
 *
 * Each cluster remembers its nearest other one. Where that merges, the rise that is known is still the least possible
 * one, so that the cluster looks around anew only when its turn would come; a bound by the larger of two closures spares
 * most unions. Of equal pairs the one with the lowest numbers merges.
 */
export function agglomerate(
  clusters: Clusters,
  { target, labels, maxRise = Number.POSITIVE_INFINITY }: Agglomeration,
): MergeSequence {
  const { count, words, weights } = clusters;
  const bits = clusters.bits.slice();
  const bytes = clusters.bytes.slice();
  const updates = clusters.updates.slice();
  const credits = clusters.credits.slice();
  const alive = Array.from({ length: count }, (_, cluster) => cluster);
  const nearest = new Uint32Array(count).fill(NONE);
  const rises = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  // The nearest is gone or has grown: `rises` is then the least that the rise can be, not what it is.
  const isStale = new Uint8Array(count);
  const mayMerge = (a: number, b: number) => a !== b && (labels === undefined || labels[a] === labels[b]);

  /** By how much the cost rises when two clusters merge, or Infinity where that is more than `limit`. */
  function rise(a: number, b: number, limit: number): number {
    const fixed = credits[a] + credits[b] - bytes[a] * updates[a] - bytes[b] * updates[b];
    const both = bytes[a] + bytes[b];
    if (fixed + both * Math.max(updates[a], updates[b]) > limit) return Number.POSITIVE_INFINITY;
    return fixed + both * measureUnion(bits, a * words, bits, b * words, weights);
  }

  function lookAround(cluster: number): void {
    isStale[cluster] = 0;
    nearest[cluster] = NONE;
    rises[cluster] = Number.POSITIVE_INFINITY;
    for (const other of alive) {
      if (!mayMerge(cluster, other)) continue;
      const risen = rise(cluster, other, rises[cluster]);
      if (risen < rises[cluster]) {
        rises[cluster] = risen;
        nearest[cluster] = other;
      }
    }
  }

  function lookBack(cluster: number, merged: number): void {
    const risen = rise(cluster, merged, rises[cluster]);
    const isTied = risen === rises[cluster] && merged < nearest[cluster] && isStale[cluster] === 0;
    if (risen < rises[cluster] || isTied) {
      isStale[cluster] = 0;
      rises[cluster] = risen;
      nearest[cluster] = merged;
    }
  }

  function leastRise(): number {
    let least = alive[0];
    for (const cluster of alive) if (rises[cluster] < rises[least]) least = cluster;
    return least;
  }

  for (const cluster of alive) lookAround(cluster);
  const merges: [number, number][] = [];
  while (alive.length > target) {
    let best = leastRise();
    while (isStale[best] === 1) {
      lookAround(best);
      best = leastRise();
    }
    if (nearest[best] === NONE || rises[best] > maxRise) break;
    const kept = Math.min(best, nearest[best]);
    const gone = Math.max(best, nearest[best]);
    merges.push([kept, gone]);
    alive.splice(alive.indexOf(gone), 1);
    bytes[kept] += bytes[gone];
    credits[kept] = 0;
    addRow(bits, kept * words, bits, gone * words, words);
    updates[kept] = measure(bits, kept * words, weights);

    lookAround(kept);
    for (const cluster of alive) {
      if (!mayMerge(cluster, kept)) continue;
      if (nearest[cluster] === kept || nearest[cluster] === gone) isStale[cluster] = 1;
      lookBack(cluster, kept);
    }
  }
  return merges;
}

/** Labels from 0 without gaps after `merges`, in the order of each cluster's lowest member. */
export function labelsAfter(
  count: number,
  merges: MergeSequence,
): { readonly labels: Uint32Array; readonly count: number } {
  const keptBy = Uint32Array.from({ length: count }, (_, cluster) => cluster);
  for (const [kept, gone] of merges) keptBy[gone] = kept;
  const labels = new Uint32Array(count);
  let next = 0;
  // What a cluster merged into has a lower number, so its label is known.
  for (let cluster = 0; cluster < count; cluster++) {
    labels[cluster] = keptBy[cluster] === cluster ? next++ : labels[keptBy[cluster]];
  }
  return { labels, count: next };
}

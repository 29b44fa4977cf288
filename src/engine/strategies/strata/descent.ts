import { labelsAfter, type MergeSequence } from './agglomerate.ts';
import { type Clusters, united } from './clusters.ts';

/** Merges made in several goes, each on the clusters that the one before has left. */
export interface Descent {
  /** The clusters that are left. */
  readonly current: Clusters;
  /** Which of these each cluster of the start is in. */
  readonly labels: Uint32Array;
  /** All merges so far, by the numbers of the clusters at the start. */
  readonly merges: MergeSequence;
  /** Makes merges of current clusters. Returns the new number of each. */
  take(steps: MergeSequence): Uint32Array;
}

export function startDescent(clusters: Clusters): Descent {
  const merges: (readonly [number, number])[] = [];
  let current = clusters;
  let labels: Uint32Array = Uint32Array.from({ length: clusters.count }, (_, cluster) => cluster);
  // The lowest cluster of the start in each that is left: the one that a pair keeps the number of holds it.
  let lowest: Uint32Array = labels;
  return {
    get current() {
      return current;
    },
    get labels() {
      return labels;
    },
    merges,
    take(steps) {
      for (const [kept, gone] of steps) merges.push([lowest[kept], lowest[gone]]);
      const after = labelsAfter(current.count, steps);
      const next = new Uint32Array(after.count);
      for (let cluster = current.count - 1; cluster >= 0; cluster--)
        next[after.labels[cluster]] = lowest[cluster];
      current = united(current, after.labels, after.count);
      labels = labels.map((label) => after.labels[label]);
      lowest = next;
      return after.labels;
    },
  };
}

import type { Hierarchy } from '../hierarchy.ts';
import { type Groups, hierarchyFromMerges, type Merges } from '../merge-tree.ts';
import { agglomerate, type MergeSequence } from './agglomerate.ts';
import { blockwise } from './blockwise.ts';
import type { Clusters } from './clusters.ts';
import { type Descent, startDescent } from './descent.ts';
import { mergeToOne } from './merge-order.ts';

/** A part of an image that is planned on its own: sets of nodes, a cluster for each, ascending by lowest node. */
export interface Stratum {
  readonly sets: readonly Uint32Array[];
  readonly clusters: Clusters;
  /** Merges that raise the cost by no more than this are made whatever the budget. */
  readonly freeRise: number;
}

/** Pairwise merges take at least the square of the number of clusters: up to here that is fast. */
const MOST_PAIRWISE = 1024;

/** Lays a stratum out for every number of layers, without telling how it is shared. `nearness` orders the sets so that related ones are near each other. */
export function planStratum({ sets, clusters, freeRise }: Stratum, nearness: Uint32Array): Hierarchy {
  const finest = startDescent(clusters);
  let sequence = nearness;
  while (finest.current.count > MOST_PAIRWISE) {
    const labels = finest.take(blockwise(finest.current, sequence));
    sequence = Uint32Array.from(new Set(Array.from(sequence, (cluster) => labels[cluster])));
  }
  finest.take(agglomerate(finest.current, { target: 1, maxRise: freeRise }));
  const coarser = startDescent(finest.current);
  mergeToOne(coarser);
  return hierarchyFromMerges(groupsOf(sets, finest), numbered(coarser));
}

function groupsOf(sets: readonly Uint32Array[], finest: Descent): Groups {
  const members: number[][] = Array.from({ length: finest.current.count }, () => []);
  finest.labels.forEach((group, set) => {
    members[group].push(...sets[set]);
  });
  const starts = new Uint32Array(members.length);
  for (let group = 1; group < members.length; group++) {
    starts[group] = starts[group - 1] + members[group - 1].length;
  }
  return { nodes: Uint32Array.from(members.flat()), starts, sharing: new Float64Array(members.length) };
}

/** Merge `m` of `g` groups makes cluster `g + m`, where a merge sequence keeps the number of one of the pair. */
function numbered({
  merges,
  labels,
}: {
  readonly merges: MergeSequence;
  readonly labels: Uint32Array;
}): Merges {
  const count = labels.length;
  const number = Uint32Array.from(labels, (_, group) => group);
  const left = new Uint32Array(merges.length);
  const right = new Uint32Array(merges.length);
  merges.forEach(([kept, gone], merge) => {
    left[merge] = number[kept];
    right[merge] = number[gone];
    number[kept] = count + merge;
  });
  return { left, right };
}

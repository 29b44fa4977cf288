import { addRow, measure } from '../../graph/closure-columns.ts';
import type { Hierarchy } from '../../plan/hierarchy.ts';
import { type Groups, hierarchyFromMerges, type Merges } from '../../plan/merge-tree.ts';
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
  /** Numbers of layers at which merges are looked at again, descending. */
  readonly levels: readonly number[];
}

/** A stratum laid out for every number of layers, without telling how it is shared. */
export interface StratumLayout extends Pick<Hierarchy, 'order' | 'starts' | 'cutFrom'> {
  /** What it costs by number of layers, up to that of the groups. */
  readonly costs: Float64Array;
}

/** Pairwise merges take at least the square of the number of clusters: up to here that is fast. */
const MOST_PAIRWISE = 1024;

/** `nearness` orders the sets so that related ones are near each other. */
export function planStratum(
  { sets, clusters, freeRise, levels }: Stratum,
  nearness: Uint32Array,
): StratumLayout {
  const finest = startDescent(clusters);
  let sequence = nearness;
  while (finest.current.count > MOST_PAIRWISE) {
    const labels = finest.take(blockwise(finest.current, sequence));
    sequence = Uint32Array.from(new Set(Array.from(sequence, (cluster) => labels[cluster])));
  }
  finest.take(agglomerate(finest.current, { target: 1, maxRise: freeRise }));
  const coarser = startDescent(finest.current);
  mergeToOne(coarser, levels);
  const { order, starts, cutFrom } = hierarchyFromMerges(groupsOf(sets, finest), numbered(coarser));
  return { order, starts, cutFrom, costs: costsAfter(finest.current, coarser.merges) };
}

function groupsOf(sets: readonly Uint32Array[], finest: Descent): Groups {
  const members: number[][] = Array.from({ length: finest.current.count }, () => []);
  finest.labels.forEach((group, set) => {
    for (const node of sets[set]) members[group].push(node);
  });
  const starts = new Uint32Array(members.length);
  for (let group = 1; group < members.length; group++) {
    starts[group] = starts[group - 1] + members[group - 1].length;
  }
  return { nodes: Uint32Array.from(members.flat()), starts, sharing: new Float64Array(members.length) };
}

/** The costs of `clusters` by number of layers, as the merges leave ever fewer of them. */
function costsAfter(clusters: Clusters, merges: MergeSequence): Float64Array {
  const { count, words, weights } = clusters;
  const bits = clusters.bits.slice();
  const bytes = clusters.bytes.slice();
  const own = bytes.map((size, cluster) => size * clusters.updates[cluster] - clusters.credits[cluster]);
  const costs = new Float64Array(count + 1);
  costs[count] = own.reduce((sum, cost) => sum + cost, 0);
  merges.forEach(([kept, gone], merge) => {
    addRow(bits, kept * words, bits, gone * words, words);
    bytes[kept] += bytes[gone];
    const merged = bytes[kept] * measure(bits, kept * words, weights);
    costs[count - merge - 1] = costs[count - merge] + merged - own[kept] - own[gone];
    own[kept] = merged;
  });
  return costs;
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

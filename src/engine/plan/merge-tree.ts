import type { Hierarchy } from './hierarchy.ts';

/** Finest groups of nodes: those of group `g` are `nodes[starts[g]] … nodes[starts[g + 1] - 1]`. */
export interface Groups {
  readonly nodes: Uint32Array;
  /** Ascending from 0, one a group. */
  readonly starts: Uint32Array;
  /** How widely each group is shared: see {@link Hierarchy.sharing}. */
  readonly sharing: Float64Array;
}

/**
 * Who merges with whom, first merge first, as in a dendrogram: clusters `0 … g - 1` are the groups, and merge `m` joins
 * the clusters `left[m]` and `right[m]` into the cluster `g + m`. There are `g - 1` merges, so that one cluster is left.
 */
export interface Merges {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
}

/**
 * Lays a merge tree out for {@link planFromHierarchy}. Each budget takes the merges from the first on until no more
 * layers are left than it allows.
 *
 * @throws RangeError where the merges do not join all groups into one.
 */
export function hierarchyFromMerges(groups: Groups, { left, right }: Merges): Hierarchy {
  const count = groups.starts.length;
  if (left.length !== Math.max(0, count - 1) || right.length !== left.length) {
    throw new RangeError(`engine/plan: ${count} groups take ${count - 1} merges, not ${left.length}`);
  }
  checkMerges(count, { left, right });
  const order = new Uint32Array(groups.nodes.length);
  const starts = new Uint32Array(count);
  const cutFrom = new Uint32Array(count);
  const sharing = new Float64Array(count);
  let placed = 0;
  let end = 0;

  // Depth first, without recursion: the right half waits on the stack with the budget that cuts before it.
  const clusters = new Uint32Array(count + 1);
  const budgets = new Uint32Array(count + 1);
  let waiting = 0;
  if (count > 0) clusters[waiting++] = count + left.length - 1;
  while (waiting > 0) {
    waiting--;
    let cluster = clusters[waiting];
    const budget = budgets[waiting];
    while (cluster >= count) {
      const merge = cluster - count;
      clusters[waiting] = right[merge];
      // Before the merge, with only the merges ahead of it done, there are `count - merge` layers.
      budgets[waiting++] = count - merge;
      cluster = left[merge];
    }
    starts[placed] = end;
    cutFrom[placed] = budget;
    sharing[placed] = groups.sharing[cluster];
    placed++;
    const members = groups.nodes.subarray(groups.starts[cluster], groups.starts[cluster + 1]);
    order.set(members, end);
    end += members.length;
  }
  return { order, starts, cutFrom, sharing };
}

/** As there is one merge fewer than groups, no cluster merged twice means that all end up in one. */
function checkMerges(count: number, { left, right }: Merges): void {
  const merged = new Uint8Array(count + left.length);
  for (let merge = 0; merge < left.length; merge++) {
    for (const cluster of [left[merge], right[merge]]) {
      if (cluster >= count + merge) {
        throw new RangeError(`engine/plan: merge ${merge} takes a cluster that does not exist yet`);
      }
      if (merged[cluster] === 1) throw new RangeError('engine/plan: a cluster is merged twice');
      merged[cluster] = 1;
    }
  }
}

import { itemAt } from './item-at.ts';

/**
 * Adjacency in compressed sparse row form: the neighbours of node `v` are
 * `targets[offsets[v]] … targets[offsets[v + 1] - 1]`.
 */
export interface Csr {
  /** Row starts, one more than there are nodes. */
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
}

/** The neighbours of a node: a view of its row. @throws RangeError where there is no such node, a bug of the caller */
export function neighbours({ offsets, targets }: Csr, node: number): Uint32Array {
  return targets.subarray(itemAt(offsets, node), itemAt(offsets, node + 1));
}

/** Turns every edge round. Rows of the result are ascending, whatever the order within the rows of the input. */
export function transpose({ offsets, targets }: Csr): Csr {
  const size = offsets.length - 1;
  const starts = new Uint32Array(size + 1);
  for (let edge = 0; edge < targets.length; edge++) starts[targets[edge] + 1]++;
  for (let node = 0; node < size; node++) starts[node + 1] += starts[node];

  const next = starts.slice(0, size);
  const sources = new Uint32Array(targets.length);
  for (let source = 0; source < size; source++) {
    for (let edge = offsets[source]; edge < offsets[source + 1]; edge++) {
      sources[next[targets[edge]]++] = source;
    }
  }
  return { offsets: starts, targets: sources };
}

/** Rows ascending, every target at most once in a row, and no row holding its own node. */
export function normalise(csr: Csr): Csr {
  // Turning all edges round twice is a counting sort of every row at once.
  const { offsets, targets } = transpose(transpose(csr));
  const size = offsets.length - 1;
  const kept = new Uint32Array(size + 1);
  let end = 0;
  for (let node = 0; node < size; node++) {
    const start = end;
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      const target = targets[edge];
      if (target !== node && (end === start || targets[end - 1] !== target)) targets[end++] = target;
    }
    kept[node + 1] = end;
  }
  return { offsets: kept, targets: end === targets.length ? targets : targets.slice(0, end) };
}

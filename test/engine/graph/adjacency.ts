import type { Csr } from '../../../src/engine/graph/csr.ts';

/** A chain of references: 0 refers to 1, 1 to 2, and so on. */
export function chain(length: number): Csr {
  return {
    offsets: Uint32Array.from({ length: length + 1 }, (_, node) => Math.min(node, length - 1)),
    targets: Uint32Array.from({ length: length - 1 }, (_, node) => node + 1),
  };
}

/** The same, closed to a ring. */
export function ring(length: number): Csr {
  return {
    offsets: Uint32Array.from({ length: length + 1 }, (_, node) => node),
    targets: Uint32Array.from({ length }, (_, node) => (node + 1) % length),
  };
}

/** Rows of targets as adjacency. */
export function csrOf(rows: readonly (readonly number[])[]): Csr {
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, node) => {
    offsets[node + 1] = offsets[node] + row.length;
  });
  return { offsets, targets: Uint32Array.from(rows.flat()) };
}

/** The opposite of {@link csrOf}. */
export function rowsOf({ offsets, targets }: Csr): number[][] {
  return Array.from({ length: offsets.length - 1 }, (_, node) => [
    ...targets.subarray(offsets[node], offsets[node + 1]),
  ]);
}

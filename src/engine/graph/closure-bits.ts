import type { Csr } from './csr.ts';

export interface ClosureCounter {
  /** Number of paths in the closures of nodes taken together. */
  count(nodes: Iterable<number>): number;
  /** The same for the first of several sets of nodes, the first two, and so on. */
  countsUpTo(sets: Iterable<Iterable<number>>): number[];
}

/**
 * Counts the paths in closures. Each closure is kept as a row of bits: that of n nodes takes
 * n² / 8 bytes in all.
 *
 * @param depth of each node: rows of deep nodes are joined first
 */
export function closureCounter(references: Csr, depth: Uint32Array): ClosureCounter {
  const size = references.offsets.length - 1;
  const words = Math.ceil(size / 32);
  const bits = closureBits(references, depth, words);
  const union = new Int32Array(words);
  const join = (nodes: Iterable<number>) => {
    for (const node of nodes) {
      for (let word = 0, at = node * words; word < words; word++, at++) union[word] |= bits[at];
    }
    return countBits(union);
  };
  return {
    count: (nodes) => {
      union.fill(0);
      return join(nodes);
    },
    countsUpTo: (sets) => {
      union.fill(0);
      return Array.from(sets, join);
    },
  };
}

/** Rows are joined along references until nothing changes, so cycles are no matter. */
function closureBits({ offsets, targets }: Csr, depth: Uint32Array, words: number): Int32Array {
  const size = offsets.length - 1;
  const bits = new Int32Array(size * words);
  for (let node = 0; node < size; node++) bits[node * words + (node >> 5)] |= 1 << (node & 31);
  // Deep nodes first: most rows are whole after one round.
  const order = Uint32Array.from({ length: size }, (_, node) => node).sort((a, b) => depth[b] - depth[a]);
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of order) {
      for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
        const from = targets[edge] * words;
        const to = node * words;
        for (let word = 0; word < words; word++) {
          const joined = bits[to + word] | bits[from + word];
          if (joined !== bits[to + word]) {
            bits[to + word] = joined;
            changed = true;
          }
        }
      }
    }
  }
  return bits;
}

function countBits(words: Int32Array): number {
  let sum = 0;
  for (let value of words) {
    value -= (value >>> 1) & 0x55555555;
    value = (value & 0x33333333) + ((value >>> 2) & 0x33333333);
    sum += Math.imul((value + (value >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return sum;
}

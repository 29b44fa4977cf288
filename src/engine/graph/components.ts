import type { Csr } from './csr.ts';

export interface Components {
  readonly count: number;
  /** Component of each node. Edges between components lead from a higher number to a lower one. */
  readonly of: Uint32Array;
}

const UNSEEN = 0;
const DONE = 0xffffffff;

/**
 * Strongly connected components in O(nodes + edges), without recursion.
 *
 * Tarjan, R. (1972): Depth-first search and linear graph algorithms. Components come out in reverse topological order,
 * which is what the sums over closures need.
 */
export function stronglyConnectedComponents({ offsets, targets }: Csr): Components {
  const size = offsets.length - 1;
  const of = new Uint32Array(size);
  // `low` is 0 before a node is seen, its low link (from 1) while it is open, and DONE once its component is known.
  const low = new Uint32Array(size);
  const preorder = new Uint32Array(size);
  const nextEdge = offsets.slice(0, size);
  const callers = new Uint32Array(size);
  const open = new Uint32Array(size);
  let depth = 0;
  let opened = 0;
  let clock = 0;
  let count = 0;

  for (let start = 0; start < size; start++) {
    if (low[start] !== UNSEEN) continue;
    callers[depth++] = start;
    while (depth > 0) {
      const node = callers[depth - 1];
      if (low[node] === UNSEEN) {
        low[node] = preorder[node] = ++clock;
        open[opened++] = node;
      }
      if (nextEdge[node] < offsets[node + 1]) {
        const target = targets[nextEdge[node]];
        if (low[target] === UNSEEN) {
          callers[depth++] = target;
          continue;
        }
        // A target whose component is known has low link DONE and so never lowers this one.
        if (low[target] < low[node]) low[node] = low[target];
        nextEdge[node]++;
        continue;
      }
      depth--;
      if (low[node] === preorder[node]) {
        let member: number;
        do {
          member = open[--opened];
          of[member] = count;
          low[member] = DONE;
        } while (member !== node);
        count++;
      }
    }
  }
  return { count, of };
}

/**
 * Where the graph can be entered so that every node is reached with the fewest entries: of each component that no other
 * component refers to, the node with the lowest number. Ascending.
 */
export function sourceNodes(
  csr: Csr,
  components: Components = stronglyConnectedComponents(csr),
): Uint32Array {
  const { count, of } = components;
  const { offsets, targets } = csr;
  const entered = new Uint8Array(count);
  for (let node = 0; node < of.length; node++) {
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      if (of[targets[edge]] !== of[node]) entered[of[targets[edge]]] = 1;
    }
  }
  const sources: number[] = [];
  for (let node = 0; node < of.length; node++) {
    if (entered[of[node]] === 1) continue;
    entered[of[node]] = 1;
    sources.push(node);
  }
  return Uint32Array.from(sources);
}

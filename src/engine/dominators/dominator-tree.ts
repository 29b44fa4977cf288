import { sourceNodes } from '../graph/components.ts';
import { type Csr, transpose } from '../graph/csr.ts';

/**
 * Who dominates whom: `a` dominates `b` when every way from the virtual root to `b` leads through `a`. The virtual root
 * has an edge to each entry.
 */
export interface DominatorTree {
  /** Number of the virtual root: the number of nodes. */
  readonly root: number;
  /** Immediate dominator of each node, {@link root} where nothing else dominates it. */
  readonly parents: Uint32Array;
  /** Nodes in preorder of the tree, so that a node and all it dominates are one run. */
  readonly order: Uint32Array;
  /** Where each node stands in `order`. */
  readonly positions: Uint32Array;
  /** How many nodes each node dominates, itself included: the length of its run. */
  readonly counts: Uint32Array;
}

/**
 * The dominator tree of a graph that is entered at `entries`, in O(edges · log nodes) and without recursion.
 *
 * Lengauer, T., and Tarjan, R. E. (1979): A fast algorithm for finding dominators in a flowgraph; the simple version,
 * which Georgiadis, L., Tarjan, R. E., and Werneck, R. F. (2006): Finding dominators in practice, found fastest beside
 * semi-NCA, and which has no quadratic case. What the entries do not reach is entered at its sources, so that every node
 * has a place in the tree.
 */
export function dominatorTree(csr: Csr, entries: Uint32Array): DominatorTree {
  const walk = depthFirst(csr, entries);
  return layOut(immediateDominators(walk, transpose(csr)), walk);
}

/** Whether every way from the virtual root to `other` leads through `node`; a node dominates itself. */
export function dominates({ positions, counts }: DominatorTree, node: number, other: number): boolean {
  const distance = positions[other] - positions[node];
  return distance >= 0 && distance < counts[node];
}

/** For each node, the sum of `weights` over it and all it dominates. Exact for whole numbers up to 2^53. */
export function dominatedSums(
  { order, positions, counts }: DominatorTree,
  weights: Float64Array,
): Float64Array {
  const before = new Float64Array(order.length + 1);
  for (let at = 0; at < order.length; at++) before[at + 1] = before[at] + weights[order[at]];
  const sums = new Float64Array(weights.length);
  for (let node = 0; node < sums.length; node++) {
    sums[node] = before[positions[node] + counts[node]] - before[positions[node]];
  }
  return sums;
}

/** A depth-first search from the virtual root. Its numbers start at 1; the virtual root has 0. */
interface Walk {
  /** Number of each node. */
  readonly numbers: Uint32Array;
  /** Node of each number; element 0 is unused. */
  readonly nodes: Uint32Array;
  /** Number of the node from which each number was found, 0 for entries that the search began with. */
  readonly parents: Uint32Array;
  /** 1 for each number whose node is an entry. */
  readonly isEntry: Uint8Array;
}

function depthFirst({ offsets, targets }: Csr, entries: Uint32Array): Walk {
  const size = offsets.length - 1;
  const numbers = new Uint32Array(size);
  const nodes = new Uint32Array(size + 1);
  const parents = new Uint32Array(size + 1);
  const isEntry = new Uint8Array(size + 1);
  const nextEdge = offsets.slice(0, size);
  let found = 0;

  function enter(entry: number): void {
    let number = 0;
    let target = entry;
    // Climb down while there is something new, back up along `parents` otherwise.
    for (;;) {
      if (numbers[target] === 0) {
        numbers[target] = ++found;
        nodes[found] = target;
        parents[found] = number;
        number = found;
      }
      while (number !== 0 && nextEdge[nodes[number]] === offsets[nodes[number] + 1]) number = parents[number];
      if (number === 0) break;
      target = targets[nextEdge[nodes[number]]++];
    }
    isEntry[numbers[entry]] = 1;
  }

  for (let at = 0; at < entries.length; at++) enter(entries[at]);
  if (found < size) {
    for (const source of sourceNodes({ offsets, targets })) if (numbers[source] === 0) enter(source);
  }
  return { numbers, nodes, parents, isEntry };
}

/** Immediate dominator of each number of the walk, as a number; 0 is the virtual root. */
function immediateDominators(walk: Walk, predecessors: Csr): Uint32Array {
  const { numbers, nodes, parents, isEntry } = walk;
  const { offsets, targets } = predecessors;
  const size = nodes.length;
  const semi = Uint32Array.from(nodes, (_, number) => number);
  const dominators = new Uint32Array(size);
  // Numbers that wait for their semidominator's child on the way to them, as one linked list a semidominator.
  const firstWaiting = new Uint32Array(size);
  const nextWaiting = new Uint32Array(size);
  // The forest of numbers done so far: a link to some ancestor, and the number of least semidominator up to it.
  const ancestors = parents.slice();
  const labels = semi.slice();
  const trail = new Uint32Array(size);

  /** Of the numbers between `number` and its root in the forest of those from `linked` on, the one of least semi. */
  function evaluate(number: number, linked: number): number {
    let at = number;
    let depth = 0;
    while (ancestors[at] >= linked) {
      trail[depth++] = at;
      at = ancestors[at];
    }
    while (depth > 0) {
      const below = trail[--depth];
      if (semi[labels[at]] < semi[labels[below]]) labels[below] = labels[at];
      ancestors[below] = ancestors[at];
      at = below;
    }
    return labels[number];
  }

  for (let number = size - 1; number > 0; number--) {
    let least = parents[number];
    if (isEntry[number] === 1) least = 0;
    else {
      const node = nodes[number];
      for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
        const candidate = semi[evaluate(numbers[targets[edge]], number + 1)];
        if (candidate < least) least = candidate;
      }
    }
    semi[number] = least;
    nextWaiting[number] = firstWaiting[least];
    firstWaiting[least] = number;

    const parent = parents[number];
    for (let waiting = firstWaiting[parent]; waiting !== 0; waiting = nextWaiting[waiting]) {
      const lowest = evaluate(waiting, number);
      dominators[waiting] = semi[lowest] < semi[waiting] ? lowest : parent;
    }
    firstWaiting[parent] = 0;
  }
  for (let number = 1; number < size; number++) {
    if (dominators[number] !== semi[number]) dominators[number] = dominators[dominators[number]];
  }
  return dominators;
}

/** Numbers of a walk are larger than those of their dominators, so one pass up counts and one pass down places. */
function layOut(dominators: Uint32Array, { nodes }: Walk): DominatorTree {
  const size = nodes.length - 1;
  const countOf = new Uint32Array(size + 1).fill(1);
  for (let number = size; number > 0; number--) countOf[dominators[number]] += countOf[number];

  const parents = new Uint32Array(size);
  const order = new Uint32Array(size);
  const positions = new Uint32Array(size);
  const counts = new Uint32Array(size);
  const nextPosition = new Uint32Array(size + 1);
  for (let number = 1; number <= size; number++) {
    const node = nodes[number];
    const dominator = dominators[number];
    const position = nextPosition[dominator];
    nextPosition[dominator] += countOf[number];
    nextPosition[number] = position + 1;
    parents[node] = dominator === 0 ? size : nodes[dominator];
    order[position] = node;
    positions[node] = position;
    counts[node] = countOf[number];
  }
  return { root: size, parents, order, positions, counts };
}

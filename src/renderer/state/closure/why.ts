import { type Csr, neighbours } from '../../../engine/graph/csr.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import { depths, UNREACHED } from '../../../engine/graph/reach.ts';

/** Ways from roots to a node, each as nodes from the root on. */
export interface Chains {
  readonly chains: readonly (readonly number[])[];
  /** Whether there are more than were asked for. */
  readonly more: boolean;
  /** Every node that lies on any shortest way, also on those that were not written out. */
  readonly nodes: ReadonlySet<number>;
  /** The references of those ways, by their place in the graph's references. */
  readonly edges: ReadonlySet<number>;
}

/**
 * All shortest ways from each root to a node: why it is here. Roots are taken one at a time, so that a far root is told
 * as well as the nearest one.
 */
export function whyChains(
  references: Csr,
  referrers: Csr,
  roots: ArrayLike<number>,
  node: number,
  limit: number,
): Chains {
  const chains: number[][] = [];
  const nodes = new Set<number>();
  const edges = new Set<number>();
  let more = false;
  const distance = depths(referrers, Uint32Array.of(node));
  const nearestFirst = Array.from(roots)
    .filter((root) => distance[root] !== UNREACHED)
    .sort((a, b) => itemAt(distance, a) - itemAt(distance, b) || a - b);

  for (const root of nearestFirst) {
    markShortest(references, distance, root, nodes, edges);
    // Depth first along references that come nearer; each partial way is on the stack once.
    const stack: number[][] = [[root]];
    while (stack.length > 0) {
      const way = stack.pop() as number[];
      const at = itemAt(way, way.length - 1);
      if (at === node) {
        if (chains.length < limit) chains.push(way);
        else more = true;
        if (more) break;
        continue;
      }
      for (const next of neighbours(references, at).toReversed()) {
        if (itemAt(distance, next) === itemAt(distance, at) - 1) stack.push([...way, next]);
      }
    }
  }
  return { chains, more, nodes, edges };
}

function markShortest(
  references: Csr,
  distance: Uint32Array,
  root: number,
  nodes: Set<number>,
  edges: Set<number>,
): void {
  const queue = [root];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (nodes.has(at)) continue;
    nodes.add(at);
    const left = itemAt(distance, at);
    const end = itemAt(references.offsets, at + 1);
    for (let edge = itemAt(references.offsets, at); edge < end; edge++) {
      const next = itemAt(references.targets, edge);
      if (left === 0 || itemAt(distance, next) !== left - 1) continue;
      edges.add(edge);
      queue.push(next);
    }
  }
}

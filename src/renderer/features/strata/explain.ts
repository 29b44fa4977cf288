import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { Closure } from '../../state/closure/analysis.ts';

/** Why the paths of a layer are together. */
export interface Explanation {
  /** Paths of the layer that no other path of it dominates, the heaviest first. */
  readonly heads: readonly number[];
  /** Bytes in this layer that each head dominates, itself included. */
  readonly headBytes: ReadonlyMap<number, number>;
  /** Whether the layer holds all that its only head dominates: it goes as a whole when that goes. */
  readonly whole: boolean;
  /** Packages of the document that need any path of the layer, as nodes. */
  readonly neededBy: readonly number[];
}

export function explainLayer(closure: Closure, layer: PlannedLayer): Explanation {
  const { graph, dominators, dominatedBytes } = closure;
  const inside = new Set(layer.nodes);
  const headBytes = new Map<number, number>();
  const headOf = new Map<number, number>();
  // In preorder of the dominator tree a dominator comes before what it dominates.
  const inOrder = [...layer.nodes].sort((a, b) => dominators.positions[a] - dominators.positions[b]);
  for (const node of inOrder) {
    let above = dominators.parents[node];
    while (above !== dominators.root && !inside.has(above)) above = dominators.parents[above];
    const head = above === dominators.root ? node : (headOf.get(above) ?? node);
    headOf.set(node, head);
    headBytes.set(head, (headBytes.get(head) ?? 0) + graph.narSizes[node]);
  }
  const heads = [...headBytes.keys()].sort(
    (a, b) => (headBytes.get(b) ?? 0) - (headBytes.get(a) ?? 0) || a - b,
  );
  return {
    heads,
    headBytes,
    whole: heads.length === 1 && dominatedBytes[heads[0]] === layer.sizeBytes,
    neededBy: rootsNeeding(closure, layer.nodes),
  };
}

/** Roots from which any of the nodes can be reached. */
export function rootsNeeding({ graph, referrers }: Closure, nodes: Iterable<number>): number[] {
  const seen = new Uint8Array(graph.size);
  const queue = [...nodes];
  for (const node of queue) seen[node] = 1;
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (let edge = referrers.offsets[node]; edge < referrers.offsets[node + 1]; edge++) {
      const next = referrers.targets[edge];
      if (seen[next] === 1) continue;
      seen[next] = 1;
      queue.push(next);
    }
  }
  return [...graph.roots].filter((root) => seen[root] === 1);
}

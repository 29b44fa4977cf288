import { neighbours } from '../../engine/graph/csr.ts';
import type { Closure } from '../state/closure/analysis.ts';

/** Roots from which any of the nodes can be reached. */
export function rootsNeeding({ graph, referrers }: Closure, nodes: Iterable<number>): number[] {
  const seen = new Uint8Array(graph.size);
  const queue = [...nodes];
  for (const node of queue) seen[node] = 1;
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const next of neighbours(referrers, node)) {
      if (seen[next] === 1) continue;
      seen[next] = 1;
      queue.push(next);
    }
  }
  return [...graph.roots].filter((root) => seen[root] === 1);
}

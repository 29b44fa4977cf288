import { neighbours } from '../../../engine/graph/csr.ts';
import { itemAt } from '../../../engine/graph/item-at.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import { whyChains } from '../../state/closure/why.ts';

/** What stands out of the graph; everything else is dimmed. */
export interface Focus {
  readonly nodes: ReadonlySet<number>;
  /** Edges by their place in the references. */
  readonly edges: ReadonlySet<number>;
}

/** A path and what it is directly connected to, either way. */
export function neighbourhood({ references, referrers }: Closure, node: number): Focus {
  const nodes = new Set([node]);
  const edges = new Set<number>();
  const end = itemAt(references.offsets, node + 1);
  for (let edge = itemAt(references.offsets, node); edge < end; edge++) {
    nodes.add(itemAt(references.targets, edge));
    edges.add(edge);
  }
  for (const from of neighbours(referrers, node)) {
    nodes.add(from);
    const end = itemAt(references.offsets, from + 1);
    for (let edge = itemAt(references.offsets, from); edge < end; edge++) {
      if (itemAt(references.targets, edge) === node) edges.add(edge);
    }
  }
  return { nodes, edges };
}

/** All shortest ways from the packages of the image to a path. */
export function whyFocus({ references, referrers, graph }: Closure, node: number): Focus {
  const { nodes, edges } = whyChains(references, referrers, graph.roots, node, 1);
  return { nodes, edges };
}

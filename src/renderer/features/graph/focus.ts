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
  for (let edge = references.offsets[node]; edge < references.offsets[node + 1]; edge++) {
    nodes.add(references.targets[edge]);
    edges.add(edge);
  }
  for (let back = referrers.offsets[node]; back < referrers.offsets[node + 1]; back++) {
    const from = referrers.targets[back];
    nodes.add(from);
    for (let edge = references.offsets[from]; edge < references.offsets[from + 1]; edge++) {
      if (references.targets[edge] === node) edges.add(edge);
    }
  }
  return { nodes, edges };
}

/** All shortest ways from the packages of the image to a path. */
export function whyFocus({ references, referrers, graph }: Closure, node: number): Focus {
  const { nodes, edges } = whyChains(references, referrers, graph.roots, node, 1);
  return { nodes, edges };
}

import type { ClosureGraph } from '../graph/closure-graph.ts';
import { references, referrers } from '../graph/reach.ts';
import { type DominatorTree, dominatedSums, dominates, dominatorTree } from './dominator-tree.ts';

/** What paths cost an image, in bytes of NAR. */
export interface Costs {
  /** Dominator tree of the graph as the requested paths enter it. */
  readonly tree: DominatorTree;
  /** For each node, the bytes that are in the image through it alone: its own, and those of all it dominates. */
  readonly dominatedSizes: Float64Array;
  /** For each root, in the order of `graph.roots`, the bytes that go if it is no longer asked for. */
  readonly addedSizes: Float64Array;
}

/** Computes what every path dominates and what every root adds, in near-linear time. */
export function costs(graph: ClosureGraph): Costs {
  const tree = dominatorTree(references(graph), graph.roots);
  const dominatedSizes = dominatedSums(tree, graph.narSizes);
  const { offsets, targets } = referrers(graph);

  /** Whether the root stays when nobody asks for it: some referrer is reached by a way that does not lead through it. */
  function isNeeded(root: number): boolean {
    for (let edge = offsets[root]; edge < offsets[root + 1]; edge++) {
      if (!dominates(tree, root, targets[edge])) return true;
    }
    return false;
  }
  const addedSizes = Float64Array.from(graph.roots, (root) => (isNeeded(root) ? 0 : dominatedSizes[root]));
  return { tree, dominatedSizes, addedSizes };
}

import type { ClosureGraph } from '../graph/closure-graph.ts';
import { frontLayers } from '../plan/front-layers.ts';
import { type HierarchicalPlan, planFromHierarchy } from '../plan/hierarchy.ts';

/**
 * A layer for each path: what moves the fewest bytes wherever the budget allows it. Over the budget, the biggest paths
 * keep their layers and the others share the last; equal sizes go by store path.
 */
export function perPath(graph: ClosureGraph): HierarchicalPlan {
  const order = Uint32Array.from(graph.paths, (_, node) => node);
  order.sort((a, b) => graph.narSizes[b] - graph.narSizes[a] || a - b);
  return planFromHierarchy('per-path', graph, frontLayers(order));
}

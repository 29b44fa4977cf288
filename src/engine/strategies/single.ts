import type { ClosureGraph } from '../graph/closure-graph.ts';
import { type HierarchicalPlan, planFromHierarchy } from '../plan/hierarchy.ts';

/** Everything in one layer, whatever the budget: what an image built without layers is. */
export function single(graph: ClosureGraph): HierarchicalPlan {
  const groups = Math.min(1, graph.size);
  return planFromHierarchy('single', graph, {
    order: Uint32Array.from(graph.paths, (_, node) => node),
    starts: new Uint32Array(groups),
    cutFrom: new Uint32Array(groups),
    sharing: new Float64Array(groups),
  });
}

import type { Popularity } from '../graph/closure-graph.ts';
import type { JsonSource } from '../graph/json.ts';
import { readPopularity } from '../graph/popularity.ts';
import { readAttrsFile } from '../graph/structured-attrs.ts';
import type { HierarchicalPlan } from '../plan/hierarchy.ts';
import type { Plan } from '../plan/plan.ts';
import { nixery } from './nixery.ts';

/**
 * The plan of Nixery's group-layers.
 *
 * @param graphSource `.attrs.json` of exportReferencesGraph; its bytes are read faster than its text
 * @param popularity left out, what stands under `popularity` beside the graph, if anything
 * @throws GraphError with the place of the first thing that is wrong
 */
export function planGroupLayers(graphSource: JsonSource, popularity?: Popularity): HierarchicalPlan {
  const { graph, attrs } = readAttrsFile(graphSource);
  return nixery(graph, { popularity: popularity ?? readPopularity(attrs.popularity ?? {}) });
}

/** The layers at a budget as the original writes them: `[{"contents":[store paths, ascending]}, …]`, in manifest order. */
export function groupLayersJson(plan: Plan, budget: number): string {
  const layers = plan.layers(budget).map(({ nodes }) => {
    const contents: string[] = [];
    for (const node of nodes) contents.push(plan.graph.paths[node]);
    return { contents };
  });
  return JSON.stringify(layers);
}

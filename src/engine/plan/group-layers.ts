import type { JsonSource } from '../graph/json.ts';
import { readPopularity } from '../graph/popularity.ts';
import { readAttrsFile } from '../graph/structured-attrs.ts';
import type { HierarchicalPlan } from './hierarchy.ts';
import { type NixeryOptions, nixery } from './nixery.ts';
import type { Plan } from './plan.ts';

/** What Nixery's group-layers takes: `--graph` and `--pop`. */
export interface GroupLayersInput {
  /** `.attrs.json` of exportReferencesGraph; its bytes are read faster than its text. */
  readonly graph: JsonSource;
  /** Popularity counts by name. Left out, those under `popularity` beside the graph, if any. */
  readonly popularity?: JsonSource;
}

/**
 * The plan of Nixery's group-layers.
 *
 * @throws GraphError with the place of the first thing that is wrong in either input.
 */
export function planGroupLayers(
  input: GroupLayersInput,
  thresholds: Omit<NixeryOptions, 'popularity'> = {},
): HierarchicalPlan {
  const { graph, attrs } = readAttrsFile(input.graph);
  const popularity = readPopularity(input.popularity ?? attrs.popularity ?? {});
  return nixery(graph, { ...thresholds, popularity });
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

import type { ClosureGraph, Popularity } from '../../../engine/graph/closure-graph.ts';
import type { HierarchicalPlan, Hierarchy } from '../../../engine/plan/hierarchy.ts';
import { type PlanOptions, type StrategyName, strategies } from '../../../engine/plan/index.ts';

/** What the window asks of the planning worker. The graph is sent once a build. */
export type PlannerRequest =
  | { readonly type: 'graph'; readonly graph: ClosureGraph; readonly popularity: Popularity }
  | {
      readonly type: 'plan';
      readonly id: number;
      readonly strategy: StrategyName;
      readonly options: Omit<PlanOptions, 'popularity'>;
    };

export type PlannerAnswer =
  | { readonly id: number; readonly hierarchy: Hierarchy }
  | { readonly id: number; readonly problem: string };

let known: { graph: ClosureGraph; popularity: Popularity } | undefined;

self.addEventListener('message', ({ data }: MessageEvent<PlannerRequest>) => {
  if (data.type === 'graph') {
    known = data;
    return;
  }
  self.postMessage(answer(data));
});

function answer({ id, strategy, options }: Extract<PlannerRequest, { type: 'plan' }>): PlannerAnswer {
  if (known === undefined) return { id, problem: 'There is no closure to plan.' };
  try {
    const plan: (graph: ClosureGraph, options: PlanOptions) => HierarchicalPlan = strategies[strategy];
    const planned = plan(known.graph, { ...options, popularity: known.popularity });
    // Plans for few layers may be made only when they are asked for: here, not where the window draws.
    planned.layers(1);
    return { id, hierarchy: planned.hierarchy };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

import type { ClosureGraph } from '../../../engine/graph/closure-graph.ts';
import type { HierarchicalPlan, Hierarchy } from '../../../engine/plan/hierarchy.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { ScaledPopularity } from '../../../engine/plan/popularity-scale.ts';
import type { KnownList } from '../../../shared/contract/known.ts';
import { knownImagesOf } from '../../../shared/contract/known-message.ts';
import type { Layering } from '../../../shared/document.ts';
import { type GraphPlan, planGraph } from '../../../shared/plan-graph.ts';

/** What the window asks of the planning worker. The graph is sent once a build. */
export type PlannerRequest =
  | ({ readonly type: 'graph'; readonly graph: ClosureGraph } & ScaledPopularity)
  | {
      readonly type: 'plan';
      readonly id: number;
      readonly layering: Layering;
      readonly known: KnownList | null;
    };

/** A plan as it leaves the worker: what answers every budget, or the layers of the budget that was asked for. */
export type PlannerAnswer =
  | ({
      readonly id: number;
      readonly planned: { readonly hierarchy: Hierarchy } | SetPlan;
    } & Pick<GraphPlan, 'known' | 'options'>)
  | { readonly id: number; readonly problem: string };

/** The layers of an image that is planned along with others. */
export interface SetPlan {
  readonly layers: readonly PlannedLayer[];
  readonly maxLayers: number;
}

let subject: ({ readonly graph: ClosureGraph } & ScaledPopularity) | undefined;

self.addEventListener('message', ({ data }: MessageEvent<PlannerRequest>) => {
  if (data.type === 'graph') {
    subject = data;
    return;
  }
  self.postMessage(answer(data));
});

function answer({ id, layering, known }: Extract<PlannerRequest, { type: 'plan' }>): PlannerAnswer {
  if (subject === undefined) return { id, problem: 'There is no closure to plan.' };
  try {
    const { graph, popularity, popularityScale } = subject;
    const {
      plan,
      known: compared,
      options,
    } = planGraph({
      graph,
      popularity,
      popularityScale,
      layering,
      known: knownImagesOf(known),
    });
    // The window has the counts already.
    const told = { id, known: compared, options: { ...options, popularity: undefined } };
    if (!isHierarchical(plan))
      return { ...told, planned: { layers: plan.layers(layering.budget), maxLayers: plan.maxLayers } };
    // Plans for few layers may be made only when they are asked for: here, not where the window draws.
    plan.layers(1);
    return { ...told, planned: { hierarchy: plan.hierarchy } };
  } catch (error) {
    return { id, problem: error instanceof Error ? error.message : String(error) };
  }
}

function isHierarchical(plan: GraphPlan['plan']): plan is HierarchicalPlan {
  return 'hierarchy' in plan;
}

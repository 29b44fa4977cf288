import type { ClosureGraph } from '../../engine/graph/closure-graph.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { Layering } from '../../shared/document.ts';
import { type GraphPlan, planGraph } from '../../shared/plan-graph.ts';
import type { CommandContext } from './command.ts';
import { type GraphOptions, graphInput } from './composition.ts';
import { type LayeringOptions, layeringWith } from './options.ts';
import {
  noteUnmatched,
  type PlanningInput,
  type PlanningOptions,
  readPlanningInput,
} from './planning-options.ts';
import type { RegistryOptions } from './registry-options.ts';

/** Options of the commands that plan and do not build. */
export interface PlanFromOptions extends GraphOptions, LayeringOptions, PlanningOptions, RegistryOptions {}

export interface PlannedGraph extends GraphPlan {
  readonly graph: ClosureGraph;
  readonly layering: Layering;
  /** At the budget. */
  readonly layers: readonly PlannedLayer[];
}

/** Plans what a command is about, and says which of its hints are of no use. */
export async function planFrom(
  context: CommandContext,
  spec: string | undefined,
  options: PlanFromOptions,
): Promise<PlannedGraph> {
  let input: PlanningInput = { known: [], hints: undefined };
  const {
    graph,
    popularity,
    layering: given,
  } = await graphInput(context, spec, options, async (ofDocument, system) => {
    input = await readPlanningInput(context, options, layeringWith(ofDocument, options), system);
  });
  const layering = layeringWith(given, options);
  const planned = planGraph({ graph, popularity, layering, ...input });
  noteUnmatched(context, planned.unmatchedHints);
  return { ...planned, graph, layering, layers: planned.plan.layers(layering.budget) };
}

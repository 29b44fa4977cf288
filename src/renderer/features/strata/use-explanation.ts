import { useMemo } from 'react';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import {
  type LayerExplainer,
  type LayerExplanation,
  layerExplainer,
} from '../../../engine/strategies/explain.ts';
import type { StrategyName } from '../../../engine/strategies/index.ts';
import { explainOptions } from '../../../shared/plan-graph.ts';
import type { Closure } from '../../state/closure/analysis.ts';
import type { ShownPlan } from '../../state/closure/planner.ts';

/** With more paths than this, an explanation would hold up the hand at the budget. */
const MOST_PATHS = 8000;

/**
 * Why the paths of a layer are together, as `strata explain` says it; null without a layer, and for closures that are
 * too large. What does not depend on the budget is worked out once.
 */
export function useExplanation(
  { graph }: Closure,
  plan: ShownPlan,
  strategy: StrategyName,
  layers: readonly PlannedLayer[],
  layer: PlannedLayer | undefined,
): LayerExplanation | null {
  const isWanted = layer !== undefined && graph.size <= MOST_PATHS;
  const explainer = useMemo<LayerExplainer | null>(
    () => (isWanted ? layerExplainer(graph, explainOptions(plan, strategy)) : null),
    [graph, plan, strategy, isWanted],
  );
  return useMemo(
    () => (explainer === null || layer === undefined ? null : explainer(layers)(layer)),
    [explainer, layers, layer],
  );
}

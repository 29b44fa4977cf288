import { useMemo } from 'react';
import { type LayerExplainer, type LayerExplanation, layerExplainer } from '../../../engine/plan/explain.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import type { Layering } from '../../../shared/document.ts';
import { planOptions } from '../../../shared/plan-options.ts';
import type { Closure } from '../../state/closure/analysis.ts';

/** With more paths than this, an explanation would hold up the hand at the budget. */
const MOST_PATHS = 8000;

/**
 * Why the paths of a layer are together, as `strata explain` says it; null without a layer, and for closures that are
 * too large. What does not depend on the budget is worked out once.
 */
export function useExplanation(
  closure: Closure,
  layering: Layering,
  layers: readonly PlannedLayer[],
  layer: PlannedLayer | undefined,
): LayerExplanation | null {
  const { graph, popularity } = closure;
  const { budget: _, ...asked } = layering;
  const key = JSON.stringify(asked);
  const isWanted = layer !== undefined && graph.size <= MOST_PATHS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says everything about the layering
  const explainer = useMemo<LayerExplainer | null>(
    () =>
      isWanted
        ? layerExplainer(graph, { ...planOptions(layering), popularity, strategy: layering.strategy })
        : null,
    [graph, popularity, key, isWanted],
  );
  return useMemo(
    () => (explainer === null || layer === undefined ? null : explainer(layers)(layer)),
    [explainer, layers, layer],
  );
}

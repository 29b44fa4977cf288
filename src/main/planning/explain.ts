import { type ClosureGraph, storePathName } from '../../engine/graph/closure-graph.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import { explainLayers, type LayerExplanation } from '../../engine/strategies/explain.ts';
import type { Layering } from '../../shared/document.ts';
import { count, formatBytes } from '../../shared/format.ts';
import { exposureInWords, reasonInWords, updateInWords } from '../../shared/layer-reasons.ts';
import { holdersInWords, layerHolders } from '../../shared/layer-sharing.ts';
import { explainOptions, type GraphPlan } from '../../shared/plan-graph.ts';

export interface ExplainedPlan extends GraphPlan {
  readonly graph: ClosureGraph;
  readonly layering: Layering;
  /** Those to explain: all of the plan at its budget. */
  readonly layers: readonly PlannedLayer[];
}

/** Explains the layers of a plan, as they were planned; see {@link explainLayers}. */
export function explainPlan({
  graph,
  layers,
  layering,
  options,
  known,
}: ExplainedPlan): readonly LayerExplanation[] {
  return explainLayers(graph, layers, explainOptions({ options, known }, layering.strategy));
}

/** So many paths of a layer are told of in full. */
const PATHS_SHOWN = 5;

/** An explanation in words, a layer a paragraph. */
export function explanationLines(planned: ExplainedPlan): string[] {
  const { graph, layers, layering, known } = planned;
  const name = (node: number) => storePathName(itemAt(graph.paths, node));
  const holders = layerHolders(graph, layers, known);
  return explainPlan(planned).flatMap((explanation, index) => {
    const { layer, reason, updates } = explanation;
    const alsoIn = itemAt(holders, index);
    const shown = updates.slice(0, PATHS_SHOWN);
    return [
      `${index + 1}. ${formatBytes(layer.sizeBytes)}, ${count(layer.nodes.length, 'path')}`,
      `   ${reasonInWords(reason, layering.strategy, name)}`,
      ...(alsoIn.length > 0 ? [`   ${holdersInWords(alsoIn)}`] : []),
      `   ${exposureInWords(explanation)}`,
      ...shown.map((update) => `   update ${name(update.node)}: ${updateInWords(update)}`),
      ...(updates.length > shown.length
        ? [`   and ${count(updates.length - shown.length, 'path')} more`]
        : []),
    ];
  });
}

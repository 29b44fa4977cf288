import { type ClosureGraph, type Popularity, storePathName } from '../../engine/graph/closure-graph.ts';
import { explainLayers, type LayerExplanation, type LayerReason } from '../../engine/plan/explain.ts';
import type { PlanHints } from '../../engine/plan/hints.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { KnownLayer } from '../../engine/plan/set/reusable.ts';
import type { Layering } from '../../shared/document.ts';
import { count, formatBytes } from '../../shared/format.ts';
import { planOptions } from '../../shared/plan-options.ts';

export interface ExplainRequest {
  readonly graph: ClosureGraph;
  readonly popularity: Popularity;
  readonly layering: Layering;
  readonly layers: readonly PlannedLayer[];
  /** As the layers were planned with, where that was more than the document's own. */
  readonly hints?: PlanHints | undefined;
  readonly known?: readonly KnownLayer[] | undefined;
}

/** Explains the layers of a plan by `strata`; see {@link explainLayers}. */
export function explainPlan(request: ExplainRequest): readonly LayerExplanation[] {
  const { graph, popularity, layering, layers, hints, known } = request;
  const options = planOptions(layering);
  return explainLayers(graph, layers, { ...options, popularity, known, hints: hints ?? options.hints });
}

/** So many paths of a layer are told of in full. */
const PATHS_SHOWN = 5;

/** An explanation in words, a layer a paragraph. */
export function explanationLines(graph: ClosureGraph, explanations: readonly LayerExplanation[]): string[] {
  const name = (node: number) => storePathName(graph.paths[node]);
  return explanations.flatMap(({ layer, reason, exposure, commonExposure, updates }, index) => {
    const shown = updates.slice(0, PATHS_SHOWN);
    return [
      `${index + 1}. ${formatBytes(layer.sizeBytes)}, ${count(layer.nodes.length, 'path')}: ${reasonText(reason, name)}`,
      `   changes with ${count(exposure, 'path')}, ${commonExposure} of which change all of it`,
      ...shown.map(
        ({ node, movedBytes, changedBytes }) =>
          `   ${name(node)}: an update moves ${formatBytes(movedBytes)}, ${formatBytes(changedBytes)} of which change`,
      ),
      ...(updates.length > shown.length
        ? [`   and ${count(updates.length - shown.length, 'path')} more`]
        : []),
    ];
  });
}

function reasonText(reason: LayerReason, name: (node: number) => string): string {
  switch (reason.kind) {
    case 'alone':
      return 'worth a layer of its own';
    case 'pinned':
      return 'pinned';
    case 'kept-together':
      return 'kept together as asked for';
    case 'volatile':
      return 'changes with every build';
    case 'reused':
      return 'exists in another image';
    case 'tools':
      return 'part of what the requested tools bring along, as in other images';
    case 'companions':
      return `small, and wherever ${name(reason.host)} is`;
    case 'change-together':
      return 'changes with nearly the same updates';
  }
}

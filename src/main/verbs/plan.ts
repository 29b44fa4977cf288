import type { ClosureGraph, Popularity } from '../../engine/graph/closure-graph.ts';
import type { PlanHints } from '../../engine/plan/hints.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { ScaledPopularity } from '../../engine/plan/popularity-scale.ts';
import type { Layering } from '../../shared/document.ts';
import type { KnownImage } from '../../shared/known-images.ts';
import { type GraphPlan, planGraph, refuseKnown } from '../../shared/plan-graph.ts';

/** What a plan may be told beside the image itself. */
export interface PlanningInput {
  /** Images whose layers are taken over where that pays. */
  readonly known: readonly KnownImage[];
  /** Of a hints file. */
  readonly hints?: PlanHints | undefined;
  /** In place of what the package source, or the file of the graph, counts. */
  readonly popularity?: Popularity | undefined;
}

/** A closure in layers. */
export interface PlannedClosure extends GraphPlan {
  readonly graph: ClosureGraph;
  readonly layering: Layering;
  /** At the budget of the layering. */
  readonly layers: readonly PlannedLayer[];
}

/**
 * Plans a closure, for every face the same.
 *
 * @throws StrataError `usage` where something is given that the strategy does not look at.
 */
export function planClosure(
  { graph, ...counted }: { readonly graph: ClosureGraph } & ScaledPopularity,
  layering: Layering,
  { known, hints, popularity }: PlanningInput = { known: [] },
): PlannedClosure {
  refuseKnown(layering.strategy, { known: known.map(({ name }) => name) });
  const { popularityScale } = counted;
  const planned = planGraph({
    graph,
    ...(popularity === undefined ? { popularity: counted.popularity, popularityScale } : { popularity }),
    layering,
    known,
    hints,
  });
  return { ...planned, graph, layering, layers: planned.plan.layers(layering.budget) };
}

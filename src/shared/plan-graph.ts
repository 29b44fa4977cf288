import { type ClosureGraph, pathsAt } from '../engine/graph/closure-graph.ts';
import { itemAt } from '../engine/graph/item-at.ts';
import { joinHints, type PlanHints, resolveHints } from '../engine/plan/hints.ts';
import type { Plan } from '../engine/plan/plan.ts';
import type { ScaledPopularity } from '../engine/plan/popularity-scale.ts';
import type { ExplainOptions } from '../engine/strategies/explain.ts';
import { type PlanOptions, planLayers } from '../engine/strategies/index.ts';
import { planSet } from '../engine/strategies/plan-set.ts';
import type { Layering } from './document.ts';
import { StrataError } from './errors.ts';
import type { ComparedImage, ExistingImage, KnownImage, PlannedImage } from './known-images.ts';
import { planOptions } from './plan-options.ts';

export interface PlanGraphRequest extends ScaledPopularity {
  readonly graph: ClosureGraph;
  readonly layering: Layering;
  readonly known?: readonly KnownImage[] | undefined;
  /** Of a hints file, in addition to those of the document. They hold for images that are planned along, too. */
  readonly hints?: PlanHints | undefined;
}

export interface GraphPlan {
  readonly plan: Plan;
  /** What other images have, or come to where this one has the budget of its layering. */
  readonly known: readonly ComparedImage[];
  /** What the layers were planned with. */
  readonly options: PlanOptions;
  /** Names in the hints that no path of the image has. */
  readonly unmatchedHints: readonly string[];
}

/**
 * Plans one closure, with what is known of other images and of its past. Known closures are planned along with it, so
 * that all of them come to the same layers; layers that exist are taken over where that pays.
 */
export function planGraph(request: PlanGraphRequest): GraphPlan {
  const { graph, popularity, popularityScale, layering, known = [], hints: common = {} } = request;
  const own = planOptions(layering);
  const hints = joinHints(own.hints ?? {}, common);
  const existing = known.filter((image): image is ExistingImage => image.type === 'existing');
  const along = plannedAlong(graph, known);
  const layers = existing.flatMap((image) => image.layers.map(({ paths }) => paths));
  const startLike = layering.commonStart
    ? existing.map((image) => image.layers.map(({ paths }) => paths))
    : [];
  const options: PlanOptions = { ...own, popularity, popularityScale, hints, known: layers, startLike };
  const unmatchedHints = layering.strategy === 'strata' ? resolveHints(graph, hints).unmatched : [];
  if (along.length === 0) {
    const plan = planLayers(layering.strategy, graph, options);
    return { plan, known: existing, options, unmatchedHints };
  }
  const { budget } = layering;
  const plans = planSet([...along.map((image) => image.graph), graph], {
    hints: common,
    known: layers,
    commonStart: layering.commonStart,
    each: [
      ...along.map((image) => ({ budget: image.budget ?? budget, hints: image.hints })),
      { budget, hints: own.hints },
    ],
  });
  const plan = plans.at(-1);
  if (plan === undefined) throw new RangeError('planSet gave no plan');
  const planned = along.map((image, at) => asPlanned(image, itemAt(plans, at), image.budget ?? budget));
  return { plan, known: [...existing, ...planned], options, unmatchedHints };
}

/** What explains the layers of a plan, for the engine's `layerExplainer`: all that it was planned with. */
export function explainOptions(
  { options, known }: Pick<GraphPlan, 'options' | 'known'>,
  strategy: Layering['strategy'],
): ExplainOptions {
  const along = known.filter(({ type }) => type === 'planned').flatMap((image) => image.layers);
  return {
    ...options,
    strategy,
    ...(along.length === 0 ? {} : { along: along.map(({ paths }) => paths) }),
  };
}

/** @throws StrataError `usage` where something is given that the strategy does not look at. */
export function refuseKnown(
  strategy: Layering['strategy'],
  { known, hints }: { readonly known?: readonly string[] | undefined; readonly hints?: string | undefined },
): void {
  if (strategy === 'strata' || ((known ?? []).length === 0 && hints === undefined)) return;
  throw new StrataError('usage', `The strategy ${strategy} looks at nothing but the image itself.`, {
    action: { action: 'plan-alone' },
  });
}

/** Those of the known images that are planned along: what has the same paths as the image itself has nothing to add. */
export function plannedAlong(graph: ClosureGraph, known: readonly KnownImage[]): readonly PlannedImage[] {
  return known.filter(
    (image): image is PlannedImage => image.type === 'planned' && !haveSamePaths(image.graph, graph),
  );
}

function haveSamePaths(a: ClosureGraph, b: ClosureGraph): boolean {
  return a.size === b.size && a.paths.every((path, node) => path === b.paths[node]);
}

function asPlanned({ name }: PlannedImage, { graph, layers }: Plan, budget: number): ComparedImage {
  return {
    type: 'planned',
    name,
    layers: layers(budget).map(({ nodes }) => ({ paths: pathsAt(graph, nodes) })),
    packedElsewhere: 0,
  };
}

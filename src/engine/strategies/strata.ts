import { closureColumns, closureCounts } from '../graph/closure-columns.ts';
import type { ClosureGraph, Popularity } from '../graph/closure-graph.ts';
import { stronglyConnectedComponents } from '../graph/components.ts';
import { references, subgraph } from '../graph/reach.ts';
import type { ExpectedUpdates } from '../plan/chain-order.ts';
import {
  type CoarserHierarchy,
  type HierarchicalPlan,
  type Hierarchy,
  planFromHierarchy,
} from '../plan/hierarchy.ts';
import { type PlanHints, resolveHints, updateWeights } from '../plan/hints.ts';
import { matchPopularity } from '../plan/popularity-match.ts';
import { type PopularityScale, popularityScale } from '../plan/popularity-scale.ts';
import { commonStart } from './set/common-start.ts';
import { type KnownLayer, reusableLayers } from './set/reusable.ts';
import { type Clusters, clustersOf } from './strata/clusters.ts';
import { findHosts } from './strata/companions.ts';
import { joinStrata, type Layout } from './strata/join-strata.ts';
import { type Partition, partition } from './strata/partition.ts';
import { commonness, sharedChance, toolClosure } from './strata/sharing.ts';
import { planStratum } from './strata/stratum.ts';

export interface StrataOptions {
  readonly popularity?: Popularity | undefined;
  /** Of all counts, where `popularity` is an excerpt of them. */
  readonly popularityScale?: PopularityScale | undefined;
  readonly hints?: PlanHints | undefined;
  /** A path smaller than this joins a popular one that always brings it along, where that costs little. */
  readonly minLayerBytes?: number | undefined;
  /** Layers of images that exist, to be taken over where that pays. */
  readonly known?: readonly KnownLayer[] | undefined;
  /** Images whose first layers are to be the first of this one, as far as it has them: the layers of each in order. */
  readonly startLike?: readonly (readonly KnownLayer[])[] | undefined;
}

export const DEFAULT_MIN_LAYER_BYTES = 2_000_000;

/**
 * Companions join the more the fewer layers there are, as does all else: up to a budget, paths that are smaller than so
 * many times `minLayerBytes` do. The scale depends on the budget, so that images of all sizes agree on it, except where the
 * scale would leave layers of the budget unused. Merges are looked at again at the numbers of layers in `levels`, which
 * are those that a part of an image usually has at such budgets. Finest first; the numbers did best on images cut from
 * Debian 12.
 */
const SCALES = [
  { upToBudget: Number.POSITIVE_INFINITY, factor: 1, levels: [128, 96, 72] },
  { upToBudget: 80, factor: 2, levels: [48] },
  { upToBudget: 48, factor: 4, levels: [32] },
  { upToBudget: 32, factor: 16, levels: [24, 16, 12, 8, 6, 4] },
] as const;

/** Merges that expose so large a part of the least layer to the update of one more path are made at every budget. */
const FREE_RISE = 0.25;

/** Parts of the manifest, the highest first; within each, layers stand in the order that moves least by chain. */
const VOLATILE = 0;
const OTHERS = 1;

/** A requested path that nothing else needs is taken to change so many times as often as others. */
const REQUESTED_UPDATES = 4;

/**
 * Layers that move the fewest bytes that can be expected, planned from one image's graph and popularity counts alone.
 *
 * A layer costs its bytes times the paths that change it: all that its members' closures hold. Layers merge where that
 * rises least, with three rules that make images which know nothing of each other come to the same layers: what
 * requested tools bring along is planned apart from the application; small paths join the popular one that brings them
 * along; and a popular path alone is worth keeping so. docs/planning.md tells the model and what it was measured on.
 */
export function strata(graph: ClosureGraph, options: StrataOptions = {}): HierarchicalPlan {
  return planFromHierarchy('strata', graph, strataHierarchy(graph, options));
}

/** What all scales of a plan have in common. */
export function strataModel(graph: ClosureGraph, options: StrataOptions) {
  const { popularity: counts = {}, popularityScale: scale = popularityScale(counts), hints = {} } = options;
  const popularity = matchPopularity(graph, counts);
  const columns = closureColumns(graph, hints.updates && updateWeights(graph, hints.updates));
  return {
    graph,
    hints: resolveHints(graph, hints),
    popularity,
    columns,
    common: commonness(graph, popularity, scale),
    paths: closureCounts(graph, columns),
    tools: toolClosure(graph, popularity, scale),
  };
}

export type StrataModel = ReturnType<typeof strataModel>;

/** The sets that `strata` plans in at a scale, a number from 0, the finest. */
function strataSets(model: StrataModel, options: StrataOptions, scale: number): Partition {
  const { graph, hints, popularity, columns, paths, tools } = model;
  const { known = [], startLike = [], minLayerBytes = DEFAULT_MIN_LAYER_BYTES } = options;
  return partition(graph, {
    hints,
    startOf: (isHinted) => commonStart(graph, startLike, isHinted),
    reusable: (isTaken) => reusableLayers(graph, known, columns, isTaken),
    isTool: tools.isInClosure,
    hostsOf: (isFree) =>
      findHosts(graph, isFree, {
        maxBytes: minLayerBytes * SCALES[scale].factor,
        popularity,
        closureCounts: paths,
        isTool: tools.isInClosure,
      }),
  });
}

/** The sets of all scales, the finest first. */
export function strataSetsOfScales(model: StrataModel, options: StrataOptions): readonly Partition[] {
  return Array.from({ length: scaleCount(options) }, (_, scale) => strataSets(model, options, scale));
}

/** Without companions there is one scale only. */
function scaleCount({ minLayerBytes }: StrataOptions): number {
  return minLayerBytes === 0 ? 1 : SCALES.length;
}

function strataHierarchy(graph: ClosureGraph, options: StrataOptions): Hierarchy {
  const model = strataModel(graph, options);
  const nearness = stronglyConnectedComponents(references(graph)).of;
  const freeRise = (options.minLayerBytes ?? DEFAULT_MIN_LAYER_BYTES) * FREE_RISE;
  const places = new Float64Array(graph.size).fill(OTHERS);
  for (const node of model.hints.volatile) places[node] = VOLATILE;
  const updates = updatesOf(model);

  function atScale(scale: number): Hierarchy {
    const sets = strataSets(model, options, scale);
    const { levels } = SCALES[scale];
    const lay = (of: readonly Uint32Array[], clusters: Clusters) =>
      planStratum({ sets: of, clusters, freeRise, levels }, byNearness(of, nearness));
    const layout = joinStrata({
      tools: lay(sets.tools, toolClusters(model, sets)),
      rest: lay(sets.rest, clustersOf(graph, model.columns, sets.rest, chances(sets.rest, sets, model))),
      fixed: sets.fixed,
    });
    const sharing = lowestOfGroups(layout, placesAfter(sets.start));
    const hierarchy = { ...layout, sharing, updates };
    return scale + 1 < scaleCount(options) ? { ...hierarchy, coarser: coarserThan(scale) } : hierarchy;
  }

  /** As the image that it begins like has them, and then the parts of every other. */
  function placesAfter(start: readonly Uint32Array[]): Float64Array {
    const all = places.slice();
    start.forEach((nodes, index) => {
      for (const node of nodes) all[node] = OTHERS + start.length - index;
    });
    return all;
  }

  function coarserThan(scale: number): CoarserHierarchy {
    let planned: Hierarchy | undefined;
    return {
      upToBudget: SCALES[scale + 1].upToBudget,
      get hierarchy() {
        planned ??= atScale(scale + 1);
        return planned;
      },
    };
  }

  return atScale(0);
}

/** The chance, 0 to 1, that another image holds each set as a layer. */
function chances(of: readonly Uint32Array[], { reused }: Partition, model: StrataModel): number[] {
  const { hints, common, popularity } = model;
  const kept = new Set(hints.keepTogether.map((nodes) => nodes[0]));
  return of.map((nodes) => {
    if (reused.has(nodes)) return 1;
    return kept.has(nodes[0]) ? 0 : sharedChance(mostCommon(nodes, common, popularity));
  });
}

/** Requested paths that are nobody's tools and that nothing else needs: what an image is rebuilt for. */
function updatesOf({ graph, columns, tools }: StrataModel): ExpectedUpdates {
  const further = new Float64Array(graph.size);
  for (const root of graph.roots) if (tools.isInClosure[root] === 0) further[root] = REQUESTED_UPDATES - 1;
  for (const node of graph.references) further[node] = 0;
  return { columns, further };
}

/** A group stands where that member belongs which comes last. */
function lowestOfGroups({ order, starts }: Layout, places: Float64Array): Float64Array {
  return Float64Array.from(starts, (start, group) => {
    let lowest = Number.POSITIVE_INFINITY;
    for (let at = start; at < (starts[group + 1] ?? order.length); at++)
      lowest = Math.min(lowest, places[order[at]]);
    return lowest;
  });
}

/** Clusters of nothing but the tools' closure: the same in every image that has the same tools, whatever else is in it. */
function toolClusters(model: StrataModel, sets: Partition): Clusters {
  const { graph, tools } = model;
  const alone = subgraph(graph, tools.nodes);
  const numbers = new Map(Array.from(tools.nodes, (node, number) => [node, number]));
  const renumbered = sets.tools.map((set) => set.map((node) => numbers.get(node) ?? 0));
  return clustersOf(alone, closureColumns(alone), renumbered, chances(sets.tools, sets, model));
}

/** How common the most popular member of a set is: where companions have joined it, that is their host. */
function mostCommon(nodes: Uint32Array, common: Float64Array, popularity: Float64Array): number {
  let host = nodes[0];
  for (const node of nodes) if (popularity[node] > popularity[host]) host = node;
  return common[host];
}

function byNearness(sets: readonly Uint32Array[], nearness: Uint32Array): Uint32Array {
  return Uint32Array.from(sets, (_, set) => set).sort(
    (a, b) => nearness[sets[a][0]] - nearness[sets[b][0]] || a - b,
  );
}

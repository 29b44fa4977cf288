import type { ClosureGraph, Popularity } from '../graph/closure-graph.ts';
import { stronglyConnectedComponents } from '../graph/components.ts';
import { references, subgraph } from '../graph/reach.ts';
import { type HierarchicalPlan, type Hierarchy, planFromHierarchy } from './hierarchy.ts';
import { type PlanHints, resolveHints, updateWeights } from './hints.ts';
import { matchPopularity } from './popularity-match.ts';
import { popularityScale } from './popularity-scale.ts';
import { type KnownLayer, reusableLayers } from './set/reusable.ts';
import { closureColumns, closureCounts } from './strata/closure-columns.ts';
import { type Clusters, clustersOf } from './strata/clusters.ts';
import { findHosts } from './strata/companions.ts';
import { joinStrata, type Layout } from './strata/join-strata.ts';
import { type Partition, partition } from './strata/partition.ts';
import { commonness, sharedChance, toolClosure } from './strata/sharing.ts';
import { planStratum } from './strata/stratum.ts';

export interface StrataOptions {
  readonly popularity?: Popularity | undefined;
  readonly hints?: PlanHints | undefined;
  /** A path smaller than this joins a popular one that always brings it along, where that costs little. */
  readonly minLayerBytes?: number | undefined;
  /** Layers of images that exist, to be taken over where that pays. */
  readonly known?: readonly KnownLayer[] | undefined;
}

export const DEFAULT_MIN_LAYER_BYTES = 2_000_000;

/** Merges that expose so large a part of the least layer to the update of one more path are made at every budget. */
const FREE_RISE = 0.25;

/** Puts the tools before everything else in the manifest, whatever its size. */
const TOOLS_FIRST = 1e12;
/** Puts what is volatile after everything else. */
const VOLATILE_LAST = -1;
/** What even a path that no other image has counts for in the order of the manifest. */
const LEAST_COMMON = 0.02;

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

/** The sets that `strata` plans in, and what they came from. */
export function strataSets(graph: ClosureGraph, options: StrataOptions) {
  const {
    popularity: counts = {},
    hints = {},
    known = [],
    minLayerBytes = DEFAULT_MIN_LAYER_BYTES,
  } = options;
  const popularity = matchPopularity(graph, counts);
  const scale = popularityScale(counts);
  const columns = closureColumns(graph, hints.updates && updateWeights(graph, hints.updates));
  const paths = closureCounts(graph, columns);
  const tools = toolClosure(graph, popularity, scale);
  const resolved = resolveHints(graph, hints);
  const sets = partition(graph, {
    hints: resolved,
    reusable: (isTaken) => reusableLayers(graph, known, columns, isTaken),
    isTool: tools.isInClosure,
    hostsOf: (isFree) => findHosts(graph, isFree, { minLayerBytes, popularity, scale, closureCounts: paths }),
  });
  return { sets, hints: resolved, tools, popularity, scale, columns, paths, minLayerBytes };
}

function strataHierarchy(graph: ClosureGraph, options: StrataOptions): Hierarchy {
  const { sets, hints, tools, popularity, scale, columns, paths, minLayerBytes } = strataSets(graph, options);
  const common = commonness(graph, popularity, scale);
  const kept = new Set(hints.keepTogether.map((nodes) => nodes[0]));
  const sharedBy = sets.rest.map((nodes) => {
    if (sets.reused.has(nodes)) return 1;
    return kept.has(nodes[0]) ? 0 : sharedChance(mostCommon(nodes, common, popularity));
  });
  const nearness = stronglyConnectedComponents(references(graph)).of;
  const freeRise = minLayerBytes * FREE_RISE;
  const lay = (of: readonly Uint32Array[], clusters: Clusters) =>
    planStratum({ sets: of, clusters, freeRise }, byNearness(of, nearness));
  const layout = joinStrata({
    tools: lay(sets.tools, toolClusters(graph, tools.nodes, sets)),
    rest: lay(sets.rest, clustersOf(graph, columns, sets.rest, sharedBy)),
    fixed: sets.fixed,
  });
  const sharing = common.map((chance, node) =>
    tools.isInClosure[node] === 1 ? TOOLS_FIRST : Math.sqrt(LEAST_COMMON + chance),
  );
  for (const node of hints.volatile) sharing[node] = VOLATILE_LAST;
  return { ...layout, ...manifestOrder(layout, sharing, paths) };
}

/**
 * What orders the layers: the tools first, then what is common, big, and changes with little else; what is volatile
 * last. Clients that cache by chain keep what comes before the first change.
 */
function manifestOrder({ order, starts }: Layout, sharing: Float64Array, paths: Float64Array) {
  const least = new Float64Array(starts.length).fill(Number.POSITIVE_INFINITY);
  const exposures = new Float64Array(starts.length);
  for (let group = 0; group < starts.length; group++) {
    for (const node of order.subarray(starts[group], starts[group + 1] ?? order.length)) {
      least[group] = Math.min(least[group], sharing[node]);
      exposures[group] = Math.max(exposures[group], paths[node]);
    }
  }
  return { sharing: least, exposures };
}

/** Clusters of nothing but the tools' closure: the same in every image that has the same tools, whatever else is in it. */
function toolClusters(graph: ClosureGraph, nodes: Uint32Array, { tools, reused }: Partition) {
  const alone = subgraph(graph, nodes);
  const numbers = new Map(Array.from(nodes, (node, number) => [node, number]));
  const renumbered = tools.map((set) => set.map((node) => numbers.get(node) ?? 0));
  const sharedBy = tools.map((set) => (reused.has(set) ? 1 : 0));
  return clustersOf(alone, closureColumns(alone), renumbered, sharedBy);
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

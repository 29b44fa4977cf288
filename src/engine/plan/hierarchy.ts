import { argsort } from '../graph/argsort.ts';
import type { ClosureGraph } from '../graph/closure-graph.ts';
import { chainOrder, type ExpectedUpdates } from './chain-order.ts';
import type { Plan, PlannedLayer } from './plan.ts';

/**
 * Partitions of a graph's nodes for every budget, each refining the ones of smaller budgets, laid out so that a cut is
 * a lookup: nodes stand in dendrogram order, in which every layer of every budget is one run. Plain typed arrays, which
 * a worker can transfer and a window can turn into a plan again without computing anything.
 */
export interface Hierarchy {
  /** Every node once; the layers of every budget are runs of it. */
  readonly order: Uint32Array;
  /** Start of each finest group in `order`, ascending from 0. */
  readonly starts: Uint32Array;
  /**
   * For the boundary before each group, the least budget that cuts there; element 0 is unused (0). At most `b - 1`
   * boundaries ask for a budget of `b` or less. Where a strategy refines by several layers at once, those boundaries
   * share one number: that of the layers of the finer level.
   */
  readonly cutFrom: Uint32Array;
  /**
   * How widely each finest group is shared between images, in any unit; it orders the manifest. A layer is shared no
   * more widely than the least shared group in it.
   */
  readonly sharing: Float64Array;
  /** Where it is given, layers that are shared alike stand in {@link chainOrder}. */
  readonly updates?: ExpectedUpdates;
  /** Where a strategy groups otherwise when there are few layers. */
  readonly coarser?: CoarserHierarchy;
}

/** What answers budgets up to `upToBudget` instead, as far as it has groups for them. */
export interface CoarserHierarchy {
  readonly upToBudget: number;
  /** Read only when such a budget is asked for: it may be planned no sooner than that. */
  readonly hierarchy: Hierarchy;
}

/**
 * A plan that answers every budget from `hierarchy`.
 *
 * @throws RangeError where the hierarchy does not partition the graph's nodes or would exceed a budget.
 */
export function planFromHierarchy(
  strategy: string,
  graph: ClosureGraph,
  hierarchy: Hierarchy,
): HierarchicalPlan {
  checkGroups(graph, hierarchy);
  const { order, starts, cutFrom, updates } = hierarchy;
  const groups = starts.length;
  // Groups after the first by the budget that separates them, so that a budget is a prefix.
  const cuts = argsort(new Float64Array(cutFrom.subarray(1))).map((boundary) => boundary + 1);
  const budgets = cuts.map((group) => cutFrom[group]);
  const over = budgets.findIndex((budget, cut) => budget < cut + 2);
  if (over !== -1) throw wrong(`a budget of ${budgets[over]} would give more layers than that`);

  const bytesBefore = new Float64Array(order.length + 1);
  for (let at = 0; at < order.length; at++) bytesBefore[at + 1] = bytesBefore[at] + graph.narSizes[order[at]];
  const firstNodes = firstNodeOfGroups(order, starts);

  const runs = new Map<number, Run>();
  const cached = new Map<number, readonly PlannedLayer[]>();
  let coarserPlan: Plan | undefined;

  /** The layer of the groups from `first` up to, not including, `last`; the same object at every budget. */
  function runOf(first: number, last: number): Run {
    const key = first * (groups + 1) + last;
    let run = runs.get(key);
    if (run === undefined) {
      const start = starts[first];
      const end = starts[last] ?? order.length;
      let sharing = hierarchy.sharing[first];
      let node = firstNodes[first];
      for (let group = first + 1; group < last; group++) {
        if (hierarchy.sharing[group] < sharing) sharing = hierarchy.sharing[group];
        if (firstNodes[group] < node) node = firstNodes[group];
      }
      const layer = lazyLayer(order, start, end, bytesBefore[end] - bytesBefore[start]);
      run = { layer, sharing, node };
      runs.set(key, run);
    }
    return run;
  }

  function cut(count: number): readonly PlannedLayer[] {
    const firsts = new Uint32Array(count);
    firsts.set(cuts.subarray(0, count - 1), 1);
    firsts.sort();
    const cutRuns = Array.from(firsts, (first, at) => runOf(first, firsts[at + 1] ?? groups));
    cutRuns.sort((a, b) => b.sharing - a.sharing || a.node - b.node);
    return updates === undefined ? cutRuns.map(({ layer }) => layer) : inChainOrder(cutRuns, updates);
  }

  /** The plan that answers a budget in place of this one. */
  function coarserFor(budget: number): Plan | undefined {
    const { coarser } = hierarchy;
    if (coarser === undefined || budget > coarser.upToBudget) return undefined;
    coarserPlan ??= planFromHierarchy(strategy, graph, coarser.hierarchy);
    return budget <= coarserPlan.maxLayers ? coarserPlan : undefined;
  }

  return {
    strategy,
    graph,
    hierarchy,
    maxLayers: groups,
    layers(budget) {
      if (!Number.isSafeInteger(budget) || budget < 1) {
        throw new RangeError(`engine/plan: a budget is a whole number of at least 1, not ${budget}`);
      }
      const coarser = coarserFor(budget);
      if (coarser !== undefined) return coarser.layers(budget);
      const count = groups === 0 ? 0 : 1 + countUpTo(budgets, budget);
      let layers = cached.get(count);
      if (layers === undefined) {
        layers = count === 0 ? [] : cut(count);
        cached.set(count, layers);
      }
      return layers;
    },
  };
}

/** A plan and the hierarchy that it looks budgets up in. */
export interface HierarchicalPlan extends Plan {
  readonly hierarchy: Hierarchy;
}

/** Copies and sorts the nodes on first use: most layers of most budgets are only counted and summed. */
function lazyLayer(order: Uint32Array, start: number, end: number, sizeBytes: number): PlannedLayer {
  let nodes: Uint32Array | undefined;
  return {
    sizeBytes,
    get nodes() {
      nodes ??= ascending(order.subarray(start, end), order.length);
      return nodes;
    },
  };
}

/** The nodes of a run, sorted. Of a run that holds much of the graph, going through all nodes is faster. */
function ascending(run: Uint32Array, graphSize: number): Uint32Array {
  if (run.length * 16 < graphSize) return run.slice().sort();
  const isInRun = new Uint8Array(graphSize);
  for (let at = 0; at < run.length; at++) isInRun[run[at]] = 1;
  const sorted = new Uint32Array(run.length);
  let count = 0;
  for (let node = 0; node < graphSize; node++) if (isInRun[node] === 1) sorted[count++] = node;
  return sorted;
}

/** A layer, and what its place in the manifest goes by. */
interface Run {
  readonly layer: PlannedLayer;
  /** The highest comes first. */
  readonly sharing: number;
  /** The lowest. */
  readonly node: number;
}

/** Orders those that are shared alike among themselves. */
function inChainOrder(runs: readonly Run[], updates: ExpectedUpdates): readonly PlannedLayer[] {
  const before = new Uint32Array(updates.columns.words);
  const alike = Map.groupBy(runs, ({ sharing }) => sharing);
  return [...alike.values()].flatMap((of) =>
    chainOrder(
      of.map(({ layer }) => layer),
      updates,
      before,
    ),
  );
}

function firstNodeOfGroups(order: Uint32Array, starts: Uint32Array): Uint32Array {
  const firstNodes = new Uint32Array(starts.length);
  for (let group = 0; group < starts.length; group++) {
    const end = starts[group + 1] ?? order.length;
    firstNodes[group] = order[starts[group]];
    for (let at = starts[group] + 1; at < end; at++) {
      if (order[at] < firstNodes[group]) firstNodes[group] = order[at];
    }
  }
  return firstNodes;
}

/** How many of the ascending `values` are at most `limit`. */
function countUpTo(values: Uint32Array, limit: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wrong(problem: string): RangeError {
  return new RangeError(`engine/plan: ${problem}`);
}

/** Holds what every cut relies on, except for the budgets. */
function checkGroups(graph: ClosureGraph, { order, starts, cutFrom, sharing }: Hierarchy): void {
  const seen = new Uint8Array(graph.size);
  for (const node of order) {
    if (node >= graph.size) throw wrong(`node ${node} is not in the graph`);
    if (seen[node] === 1) throw wrong(`node ${node} is in two layers`);
    seen[node] = 1;
  }
  if (order.length !== graph.size) throw wrong(`${graph.size - order.length} nodes are in no layer`);
  if (cutFrom.length !== starts.length || sharing.length !== starts.length) {
    throw wrong(
      `${starts.length} groups, but ${cutFrom.length} cuts and ${sharing.length} numbers of sharing`,
    );
  }
  if (order.length > 0 && starts[0] !== 0) throw wrong('the first group does not start at 0');
  for (let group = 0; group < starts.length; group++) {
    if (starts[group] >= (starts[group + 1] ?? order.length)) throw wrong(`group ${group} is empty`);
  }
}

import { bitCount, type ClosureColumns, closureColumns } from '../graph/closure-columns.ts';
import type { ClosureGraph } from '../graph/closure-graph.ts';
import { chainOrder, type ExpectedUpdates } from '../plan/chain-order.ts';
import { joinHints, type PlanHints, resolveHints, updateWeights } from '../plan/hints.ts';
import type { Plan, PlannedLayer } from '../plan/plan.ts';
import { type KnownLayer, reusableLayers } from './set/reusable.ts';
import { MOST_FROZEN, mergeSharedLayers, type SharedLayers } from './set/shared-layers.ts';
import { type UnionGraph, unionGraph } from './set/union-graph.ts';

export interface PlanSetOptions {
  /** For all images. */
  readonly hints?: PlanHints | undefined;
  /** Layers of further images, to be taken over where that pays. */
  readonly known?: readonly KnownLayer[] | undefined;
  /** Whether images begin with what most of them have, for stores that share layers only from the first on. */
  readonly commonStart?: boolean | undefined;
  /** What holds for single images of the set, in their order. */
  readonly each?: readonly SetImageOptions[] | undefined;
}

interface SetImageOptions {
  /** The budget that the image keeps while another one's is varied; where it is left out it follows that. */
  readonly budget?: number | undefined;
  /** Beside those for all images. */
  readonly hints?: PlanHints | undefined;
}

/** Pins are given up first where the budget is too small for them, what is volatile last. */
const PINNED = 1;
const VOLATILE = MOST_FROZEN;

/**
 * Plans for a set of images that are known to each other, in the order of `images`: a layer is shared by exactly the
 * images that need it, and merges only where an image has no other way into its budget. Budgets are planned when they
 * are asked for, all images at once: some 0.3 s for 40 images of 150 paths. The layers do not depend on the order of the
 * images.
 */
export function planSet(images: readonly ClosureGraph[], options: PlanSetOptions = {}): readonly Plan[] {
  const union = unionGraph(images);
  const { hints, each = [], commonStart = false } = options;
  const columns = columnsOf(union.graph, hints);
  const start = finestLayers(images, union, options);
  const planned = new Map<string, SharedLayers>();
  const layersAt = (image: number, budget: number): SharedLayers => {
    const budgets = images.map((_, other) => (other === image ? budget : (each[other]?.budget ?? budget)));
    const key = budgets.join();
    const known = planned.get(key);
    if (known !== undefined) return known;
    const { narSizes } = union.graph;
    const layers = mergeSharedLayers({ start, budgets, columns, narSizes });
    planned.set(key, layers);
    return layers;
  };
  const updates = new Map<number, ExpectedUpdates>();
  const updatesOf = (image: number): ExpectedUpdates => {
    const known = updates.get(image);
    if (known !== undefined) return known;
    const own = joinHints(hints ?? {}, each[image]?.hints ?? {});
    const columns = columnsOf(images[image], own);
    const expected = { columns, further: new Float64Array(images[image].size) };
    updates.set(image, expected);
    return expected;
  };
  return images.map((graph, image) => ({
    strategy: 'strata',
    graph,
    maxLayers: start.images.filter((row) => hasBit(row, image)).length,
    layers: (budget) => {
      if (!Number.isSafeInteger(budget) || budget < 1) {
        throw new RangeError(`engine/strategies: a budget is a whole number of at least 1, not ${budget}`);
      }
      const within = Math.min(budget, Math.max(1, union.graph.size));
      const updates = updatesOf(image);
      return imageLayers(layersAt(image, within), {
        image,
        graph,
        nodesOf: union.nodesOf[image],
        updates,
        commonStart,
      });
    },
  }));
}

function columnsOf(graph: ClosureGraph, hints: PlanHints = {}): ClosureColumns {
  return closureColumns(graph, hints.updates && updateWeights(graph, hints.updates));
}

/** What every image would have without a budget: known layers, sets that are kept together, and single paths. */
function finestLayers(
  images: readonly ClosureGraph[],
  { nodesOf }: UnionGraph,
  { hints = {}, known = [], each = [] }: PlanSetOptions,
): SharedLayers {
  const words = Math.max(1, Math.ceil(images.length / 32));
  const layers = new Map<string, { nodes: Uint32Array; images: Uint32Array; held: number; frozen: number }>();
  images.forEach((graph, image) => {
    const isTaken = new Uint8Array(graph.size);
    const add = (nodes: Uint32Array, held: number, frozen: number) => {
      for (const node of nodes) isTaken[node] = 1;
      const shared = nodes.map((node) => nodesOf[image][node]).sort();
      const key = shared.join();
      const layer = layers.get(key) ?? { nodes: shared, images: new Uint32Array(words), held, frozen };
      layer.held = Math.max(layer.held, held);
      layer.frozen = Math.max(layer.frozen, frozen);
      layer.images[image >>> 5] |= 1 << (image & 31);
      layers.set(key, layer);
    };
    const own = joinHints(hints, each[image]?.hints ?? {});
    const { pins, keepTogether, volatile } = resolveHints(graph, own);
    if (volatile.length > 0) add(volatile, 0, VOLATILE);
    for (const node of pins) add(Uint32Array.of(node), 0, PINNED);
    for (const nodes of keepTogether) add(nodes, 0, 0);
    for (const nodes of reusableLayers(graph, known, closureColumns(graph), isTaken)) add(nodes, 1, 0);
    for (let node = 0; node < graph.size; node++) if (isTaken[node] === 0) add(Uint32Array.of(node), 0, 0);
  });
  const sorted = [...layers]
    .sort(
      ([a, { nodes: one }], [b, { nodes: other }]) =>
        one[0] - other[0] || one.length - other.length || (a < b ? -1 : 1),
    )
    .map(([, layer]) => layer);
  return {
    nodes: sorted.map(({ nodes }) => nodes),
    images: sorted.map((layer) => layer.images),
    isHeld: Uint8Array.from(sorted, ({ held }) => held),
    frozen: Uint8Array.from(sorted, ({ frozen }) => frozen),
  };
}

interface SetImage {
  /** Its number in the set. */
  readonly image: number;
  readonly graph: ClosureGraph;
  /** Of the set, by its own nodes. */
  readonly nodesOf: Uint32Array;
  readonly updates: ExpectedUpdates;
  readonly commonStart: boolean;
}

/**
 * The layers of one image by its own nodes, in the order that moves least by chain; what is volatile last. For a common
 * start, those that at least twice as many images have come before the others.
 */
function imageLayers(
  { nodes, images, frozen }: SharedLayers,
  { image, graph, nodesOf, updates, commonStart }: SetImage,
): readonly PlannedLayer[] {
  const own = new Map(Array.from(nodesOf, (shared, node) => [shared, node]));
  const before = new Uint32Array(updates.columns.words);
  const layers = nodes.flatMap((layer, index) => {
    if (!hasBit(images[index], image)) return [];
    const members = Uint32Array.from(layer, (node) => own.get(node) ?? 0).sort();
    const sizeBytes = members.reduce((sum, node) => sum + graph.narSizes[node], 0);
    const holders = images[index].reduce((sum, word) => sum + bitCount(word), 0);
    const place = frozen[index] === VOLATILE ? 0 : commonStart ? 1 + Math.floor(Math.log2(holders)) : 1;
    return [{ place, layer: { nodes: members, sizeBytes } }];
  });
  const parts = [...Map.groupBy(layers, ({ place }) => place)].sort(([a], [b]) => b - a);
  return parts.flatMap(([, part]) =>
    chainOrder(
      part.map(({ layer }) => layer),
      updates,
      before,
    ),
  );
}

function hasBit(row: Uint32Array, bit: number): boolean {
  return ((row[bit >>> 5] >>> (bit & 31)) & 1) === 1;
}

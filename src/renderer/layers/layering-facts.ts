import { closureCounter } from '../../engine/graph/closure-bits.ts';
import { itemAt } from '../../engine/graph/item-at.ts';
import { nodeOf } from '../../engine/graph/reach.ts';
import type { PlannedLayer } from '../../engine/plan/plan.ts';
import type { Closure } from '../state/closure/analysis.ts';

/** The numbers above the cross-section, at one budget. */
export interface LayeringFacts {
  readonly layers: number;
  readonly largestBytes: number;
  /** Bytes of layers that the image it is compared with does not have as they are; all where there is none. */
  readonly newBytes: number;
  readonly newLayers: number;
  /** Bytes for a client that has the image it is compared with, and finds a layer only where all before it are the same. */
  readonly newBytesByChain: number;
  /** What the new layers are likely to be as blobs; null where nothing tells. */
  readonly uploadBytes: number | null;
  /** Bytes that move on average when one path at random changes; null for closures too large to tell at once. */
  readonly updateBytes: number | null;
  /** The same where a layer moves with all that come before it. */
  readonly updateBytesByChain: number | null;
}

export interface FactsSource {
  facts(layers: readonly PlannedLayer[]): LayeringFacts;
  /** Whether the image it is compared with has this very layer. */
  isKept(layer: PlannedLayer): boolean;
  /** How widely a layer is shared, 0 to 1: the mean over its bytes. */
  share(layer: PlannedLayer): number;
  /** The least that `updateBytes` can be: a layer a path. */
  readonly leastUpdateBytes: number | null;
}

/** The image that layers are compared with. */
export interface ComparedWith {
  /** Its layers, by the store paths in them; null or undefined where there is none, or where that is not known. */
  readonly layers: readonly { readonly storePaths: readonly string[] }[] | null | undefined;
  /** Blobs for each uncompressed byte; null where nothing tells. */
  readonly compressionRatio: number | null;
}

/** Layers of store paths of the image it is compared with, to set the numbers of a plan against. */
export interface ThereFacts {
  readonly layers: number;
  /** In the unit of plans, NAR bytes; null where a layer holds paths that the closure no longer has. */
  readonly largestBytes: number | null;
}

/** @returns null where there is no image, or none with store paths */
export function thereFacts({ graph }: Closure, { layers }: ComparedWith): ThereFacts | null {
  const ofPackages = layers?.filter(({ storePaths }) => storePaths.length > 0) ?? [];
  if (ofPackages.length === 0) return null;
  let largestBytes: number | null = 0;
  for (const { storePaths } of ofPackages) {
    // An image tells the bytes of its tars, which are more than those of the NARs by headers and padding.
    const nodes = storePaths.map((path) => nodeOf(graph, path));
    if (nodes.includes(-1)) largestBytes = null;
    if (largestBytes === null) break;
    largestBytes = Math.max(
      largestBytes,
      nodes.reduce((sum, node) => sum + itemAt(graph.narSizes, node), 0),
    );
  }
  return { layers: ofPackages.length, largestBytes };
}

/** Above this many paths the closures as bit sets would take more memory than the number is worth. */
const MOST_PATHS_FOR_UPDATES = 8000;

/** What is asked of layers again and again while the budget is dragged; each layer object is worked out once. */
export function factsSource(closure: Closure, there: ComparedWith): FactsSource {
  const kept = keptBy(closure, there);
  const newByChain = chainOf(closure, there);
  const share = oncePerLayer((layer) => layerShare(closure, layer));
  const update = updateCosts(closure);
  return {
    isKept: kept,
    share,
    leastUpdateBytes: update?.least ?? null,
    facts: (layers) => {
      let largestBytes = 0;
      let newBytes = 0;
      let newLayers = 0;
      let updateBytes = 0;
      for (const layer of layers) {
        largestBytes = Math.max(largestBytes, layer.sizeBytes);
        if (!kept(layer)) {
          newLayers += 1;
          newBytes += layer.sizeBytes;
        }
        if (update) updateBytes += update.of(layer);
      }
      return {
        layers: layers.length,
        largestBytes,
        newBytes,
        newLayers,
        newBytesByChain: newByChain(layers),
        uploadBytes: there.compressionRatio === null ? null : Math.round(newBytes * there.compressionRatio),
        updateBytes: update ? updateBytes : null,
        updateBytesByChain: update ? update.byChain(layers) : null,
      };
    },
  };
}

/** Remembers what was worked out of a layer as long as there is the layer. */
export function oncePerLayer<Value>(make: (layer: PlannedLayer) => Value): (layer: PlannedLayer) => Value {
  const known = new WeakMap<PlannedLayer, { readonly value: Value }>();
  return (layer) => {
    let entry = known.get(layer);
    if (entry === undefined) {
      entry = { value: make(layer) };
      known.set(layer, entry);
    }
    return entry.value;
  };
}

function layerShare({ graph, sharing }: Closure, layer: PlannedLayer): number {
  if (layer.sizeBytes === 0) return itemAt(sharing, itemAt(layer.nodes, 0));
  let sum = 0;
  for (const node of layer.nodes) sum += itemAt(graph.narSizes, node) * itemAt(sharing, node);
  return sum / layer.sizeBytes;
}

/** A layer is the same if it holds the same store paths: a store path's content follows from its name. */
function keptBy({ graph }: Closure, { layers }: ComparedWith): (layer: PlannedLayer) => boolean {
  const before = new Map<string, Set<string>[]>();
  for (const { storePaths } of layers ?? []) {
    if (storePaths.length === 0) continue;
    const first = storePaths.toSorted()[0] ?? '';
    before.set(first, [...(before.get(first) ?? []), new Set(storePaths)]);
  }
  if (before.size === 0) return () => false;
  return oncePerLayer(({ nodes }) =>
    (before.get(itemAt(graph.paths, itemAt(nodes, 0))) ?? []).some(
      (paths) => paths.size === nodes.length && nodes.every((node) => paths.has(itemAt(graph.paths, node))),
    ),
  );
}

/** Bytes of layers from the first one on that is another than in its place there. */
function chainOf({ graph }: Closure, { layers }: ComparedWith): (layers: readonly PlannedLayer[]) => number {
  const chain = (layers ?? [])
    .filter(({ storePaths }) => storePaths.length > 0)
    .map(({ storePaths }) => new Set(storePaths));
  const isSame = ({ nodes }: PlannedLayer, place: number) =>
    chain[place]?.size === nodes.length &&
    nodes.every((node) => chain[place]?.has(itemAt(graph.paths, node)));
  return (planned) => {
    const start = planned.findIndex((layer, place) => !isSame(layer, place));
    return start === -1 ? 0 : planned.slice(start).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  };
}

interface UpdateCosts {
  of(layer: PlannedLayer): number;
  byChain(layers: readonly PlannedLayer[]): number;
  readonly least: number;
}

/**
 * Expected bytes of one update. In Nix a change of one path changes every path that depends on it, so a layer moves
 * when the changed path lies in the closure of any of its members; each path is taken to be as likely to change.
 */
function updateCosts(closure: Closure): UpdateCosts | null {
  const { graph } = closure;
  if (graph.size === 0 || graph.size > MOST_PATHS_FOR_UPDATES) return null;
  const closures = closureCounter(closure.references, closure.depth);
  const of = oncePerLayer((layer) => (layer.sizeBytes * closures.count(layer.nodes)) / graph.size);
  const least =
    graph.narSizes.reduce((sum, size, node) => sum + size * closures.count([node]), 0) / graph.size;
  const byChain = (layers: readonly PlannedLayer[]) => {
    const exposed = closures.countsUpTo(layers.map(({ nodes }) => nodes));
    return layers.reduce((sum, { sizeBytes }, at) => sum + sizeBytes * itemAt(exposed, at), 0) / graph.size;
  };
  return { of, byChain, least };
}

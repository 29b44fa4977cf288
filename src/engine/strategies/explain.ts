import { addRow, closureColumns, measure } from '../graph/closure-columns.ts';
import type { ClosureGraph } from '../graph/closure-graph.ts';
import { depths, referrers, UNREACHED } from '../graph/reach.ts';
import { updateWeights } from '../plan/hints.ts';
import type { PlannedLayer } from '../plan/plan.ts';
import type { KnownLayer } from './set/reusable.ts';
import { sharedChance } from './strata/sharing.ts';
import { type StrataOptions, strataModel, strataSetsOfScales } from './strata.ts';

/** Why the paths of a layer are together. */
export type LayerReason =
  /** One path, apart from all others; `sharedChance` is how likely (0 to 1) another image has the same layer. */
  | { readonly kind: 'alone'; readonly sharedChance: number }
  /** A hint asks for it. */
  | { readonly kind: 'pinned' | 'kept-together' | 'volatile' }
  /** The budget is too small for a pin or for what is volatile. */
  | { readonly kind: 'hint-given-up' }
  /** The layer exists in another image. */
  | { readonly kind: 'reused' }
  /** Images that are planned along come to the same layer. */
  | { readonly kind: 'planned-along' }
  /** Requested tools bring the paths along; other images with these tools have the same layer. */
  | { readonly kind: 'tools' }
  /** Small paths that a popular one brings along wherever it is. */
  | { readonly kind: 'companions'; readonly host: number }
  /** Merged for the budget, or because it costs next to nothing: updates move the fewest bytes more by it. */
  | { readonly kind: 'merged' }
  /** The rule of a strategy that does not weigh what layers cost. */
  | { readonly kind: 'strategy' };

export interface PathUpdate {
  readonly node: number;
  /** Bytes of all layers that an update of the path changes. */
  readonly movedBytes: number;
  /** The same where a layer moves with all that come before it: of the first layer that changes, and of all after it. */
  readonly movedByChainBytes: number;
  /** Bytes of the paths that it changes: what a layer for each path would move. */
  readonly changedBytes: number;
  readonly changedLayers: number;
}

export interface LayerExplanation {
  readonly layer: PlannedLayer;
  readonly reason: LayerReason;
  /** Number of paths whose update changes the layer. */
  readonly exposure: number;
  /** Of these, how many change every path of the layer. */
  readonly commonExposure: number;
  /** Bytes of this layer that the update of one path of the image moves on average. */
  readonly expectedBytes: number;
  /** The same where the layer moves with all that come before it. */
  readonly expectedByChainBytes: number;
  /** The same if each of its paths were a layer of its own: what being together costs is the difference. */
  readonly expectedApartBytes: number;
  /** What an update of each of its paths would move, those that move most first. */
  readonly updates: readonly PathUpdate[];
}

export interface ExplainOptions extends StrataOptions {
  /** What planned the layers: `strata` where it is left out. */
  readonly strategy?: string | undefined;
  /** Layers of the images that were planned along; undefined where the image was planned by itself. */
  readonly along?: readonly KnownLayer[] | undefined;
}

/** Explains single layers of a plan at a budget; `layers` are all of them. */
export type LayerExplainer = (layers: readonly PlannedLayer[]) => (layer: PlannedLayer) => LayerExplanation;

/**
 * Prepares to explain layers at any budget: why the paths of each are together, and what an update of each path would
 * move. Explaining a layer takes O(paths of the layer x (paths + references)).
 *
 * @param options those that the layers were planned with
 */
export function layerExplainer(graph: ClosureGraph, options: ExplainOptions = {}): LayerExplainer {
  const { updates: history } = options.hints ?? {};
  const { bits, words, weights, count } = closureColumns(graph, history && updateWeights(graph, history));
  const pathsAColumn = graph.size / Math.max(1, count);
  const ones = new Float64Array(words).fill(1);
  const every = new Uint32Array(words);
  for (let node = 0; node < graph.size; node++) addRow(every, 0, bits, node * words, words);
  const allUpdates = measure(every, 0, weights);
  const upward = referrers(graph);
  const reasonOf = layerReasons(graph, options);

  return (layers) => {
    const layerOf = new Uint32Array(graph.size);
    const upTo = new Uint32Array(words);
    const chainUpdates = new Map<PlannedLayer, number>();
    layers.forEach((layer, index) => {
      for (const node of layer.nodes) {
        layerOf[node] = index;
        addRow(upTo, 0, bits, node * words, words);
      }
      chainUpdates.set(layer, measure(upTo, 0, weights));
    });
    return (layer) => {
      const any = new Uint32Array(words);
      const all = new Uint32Array(words).fill(0xffffffff);
      let apart = 0;
      for (const node of layer.nodes) {
        const row = node * words;
        addRow(any, 0, bits, row, words);
        for (let word = 0; word < words; word++) all[word] &= bits[row + word];
        apart += graph.narSizes[node] * measure(bits, row, weights);
      }
      const updates = Array.from(layer.nodes, (node) =>
        updateOf(graph, layers, layerOf, depths(upward, Uint32Array.of(node)), node),
      );
      return {
        layer,
        reason: reasonOf(layer.nodes),
        exposure: Math.round(measure(any, 0, ones) * pathsAColumn),
        commonExposure: Math.round(measure(all, 0, ones) * pathsAColumn),
        expectedBytes: (layer.sizeBytes * measure(any, 0, weights)) / allUpdates,
        expectedByChainBytes: (layer.sizeBytes * (chainUpdates.get(layer) ?? 0)) / allUpdates,
        expectedApartBytes: apart / allUpdates,
        updates: updates.sort((a, b) => b.movedBytes - a.movedBytes || a.node - b.node),
      };
    };
  };
}

/** Explains every layer: instantly for an image, in half a minute for a whole package set. */
export function explainLayers(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  options: ExplainOptions = {},
): readonly LayerExplanation[] {
  return layers.map(layerExplainer(graph, options)(layers));
}

function updateOf(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  layerOf: Uint32Array,
  distances: Uint32Array,
  node: number,
): PathUpdate {
  const changed = new Set<number>();
  let changedBytes = 0;
  for (let dependant = 0; dependant < graph.size; dependant++) {
    if (distances[dependant] === UNREACHED) continue;
    changedBytes += graph.narSizes[dependant];
    changed.add(layerOf[dependant]);
  }
  let movedBytes = 0;
  let movedByChainBytes = 0;
  let isBroken = false;
  layers.forEach(({ sizeBytes }, layer) => {
    isBroken ||= changed.has(layer);
    if (changed.has(layer)) movedBytes += sizeBytes;
    if (isBroken) movedByChainBytes += sizeBytes;
  });
  return { node, movedBytes, movedByChainBytes, changedBytes, changedLayers: changed.size };
}

function layerReasons(graph: ClosureGraph, options: ExplainOptions): (nodes: Uint32Array) => LayerReason {
  const { strategy = 'strata', along } = options;
  if (strategy !== 'strata') return () => ({ kind: 'strategy' });
  const model = strataModel(graph, options);
  const { hints, tools, popularity, common } = model;
  const key = (nodes: Uint32Array) => nodes.join();
  const volatile = key(hints.volatile);
  const pins = new Set(hints.pins);
  const hinted = new Set([...hints.pins, ...hints.volatile]);
  const kept = new Set(hints.keepTogether.map(key));
  const companions = new Set(strataSetsOfScales(model, options).flatMap(({ rest }) => rest.map(key)));
  const numbers = new Map(graph.paths.map((path, node) => [path, node]));
  const keys = (layers: readonly KnownLayer[] = []) =>
    new Set(
      layers.map((paths) => key(Uint32Array.from(paths, (path) => numbers.get(path) ?? graph.size).sort())),
    );
  const reused = keys(options.known);
  const plannedAlong = keys(along);
  return (nodes) => {
    const own = key(nodes);
    const [first] = nodes;
    if (own === volatile) return { kind: 'volatile' };
    if (nodes.length === 1 && pins.has(first)) return { kind: 'pinned' };
    if (nodes.some((node) => hinted.has(node))) return { kind: 'hint-given-up' };
    if (reused.has(own)) return { kind: 'reused' };
    if (plannedAlong.has(own)) return { kind: 'planned-along' };
    if (nodes.length === 1) return { kind: 'alone', sharedChance: sharedChance(common[first]) };
    if (kept.has(own)) return { kind: 'kept-together' };
    // Images that are planned together share what they share by that, and not by rules that each follows alone.
    if (along !== undefined) return { kind: 'merged' };
    if (nodes.every((node) => tools.isInClosure[node] === 1)) return { kind: 'tools' };
    if (companions.has(own)) return { kind: 'companions', host: mostPopular(nodes, popularity) };
    return { kind: 'merged' };
  };
}

function mostPopular(nodes: Uint32Array, popularity: Float64Array): number {
  let best = nodes[0];
  for (const node of nodes) if (popularity[node] > popularity[best]) best = node;
  return best;
}

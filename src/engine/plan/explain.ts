import type { ClosureGraph } from '../graph/closure-graph.ts';
import { depths, referrers, UNREACHED } from '../graph/reach.ts';
import type { PlannedLayer } from './plan.ts';
import { closureColumns } from './strata/closure-columns.ts';
import { addRow, measure } from './strata/clusters.ts';
import { type StrataOptions, strataSets } from './strata.ts';

/** Why the paths of a layer are together. */
export type LayerReason =
  /** One path: it is worth a layer of its own. */
  | { readonly kind: 'alone' }
  /** A hint asks for it. */
  | { readonly kind: 'pinned' | 'kept-together' | 'volatile' }
  /** The layer exists in another image. */
  | { readonly kind: 'reused' }
  /** Requested tools bring the paths along; other images with these tools have the same layer. */
  | { readonly kind: 'tools' }
  /** Small paths that a popular one brings along wherever it is. */
  | { readonly kind: 'companions'; readonly host: number }
  /** They change with nearly the same updates, so that together they move few bytes more than apart. */
  | { readonly kind: 'change-together' };

export interface PathUpdate {
  readonly node: number;
  /** Bytes of all layers that an update of the path changes. */
  readonly movedBytes: number;
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
  /** What an update of each of its paths would move, those that move most first. */
  readonly updates: readonly PathUpdate[];
}

/**
 * Says of each layer of a `strata` plan why its paths are together, and what an update of each would move. Takes
 * O(paths x (paths + references)): instantly for an image, half a minute for a whole package set.
 *
 * @param options Those that the layers were planned with.
 */
export function explainLayers(
  graph: ClosureGraph,
  layers: readonly PlannedLayer[],
  options: StrataOptions = {},
): readonly LayerExplanation[] {
  const layerOf = new Uint32Array(graph.size);
  layers.forEach(({ nodes }, index) => {
    for (const node of nodes) layerOf[node] = index;
  });
  const columns = closureColumns(graph);
  const pathsAColumn = graph.size / Math.max(1, columns.count);
  const upward = referrers(graph);
  const reasonOf = layerReasons(graph, options);
  return layers.map((layer): LayerExplanation => {
    const any = new Uint32Array(columns.words);
    const all = new Uint32Array(columns.words).fill(0xffffffff);
    for (const node of layer.nodes) {
      addRow(any, 0, columns.bits, node * columns.words, columns.words);
      for (let word = 0; word < columns.words; word++) all[word] &= columns.bits[node * columns.words + word];
    }
    const updates = Array.from(layer.nodes, (node) =>
      updateOf(graph, layers, layerOf, depths(upward, Uint32Array.of(node)), node),
    );
    return {
      layer,
      reason: reasonOf(layer.nodes),
      exposure: Math.round(measure(any, 0, ones(columns.words)) * pathsAColumn),
      commonExposure: Math.round(measure(all, 0, ones(columns.words)) * pathsAColumn),
      updates: updates.sort((a, b) => b.movedBytes - a.movedBytes || a.node - b.node),
    };
  });
}

function ones(count: number): Float64Array {
  return new Float64Array(count).fill(1);
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
  for (const layer of changed) movedBytes += layers[layer].sizeBytes;
  return { node, movedBytes, changedBytes, changedLayers: changed.size };
}

function layerReasons(graph: ClosureGraph, options: StrataOptions): (nodes: Uint32Array) => LayerReason {
  const { hints, sets, tools, popularity } = strataSets(graph, options);
  const key = (nodes: Uint32Array) => nodes.join();
  const volatile = key(hints.volatile);
  const pins = new Set(hints.pins);
  const kept = new Set(hints.keepTogether.map(key));
  const reused = new Set([...sets.reused].map(key));
  const companions = new Set(sets.rest.map(key));
  return (nodes) => {
    const own = key(nodes);
    if (own === volatile) return { kind: 'volatile' };
    if (nodes.length === 1) return { kind: pins.has(nodes[0]) ? 'pinned' : 'alone' };
    if (kept.has(own)) return { kind: 'kept-together' };
    if (reused.has(own)) return { kind: 'reused' };
    if (nodes.every((node) => tools.isInClosure[node] === 1)) return { kind: 'tools' };
    if (companions.has(own)) return { kind: 'companions', host: mostPopular(nodes, popularity) };
    return { kind: 'change-together' };
  };
}

function mostPopular(nodes: Uint32Array, popularity: Float64Array): number {
  let best = nodes[0];
  for (const node of nodes) if (popularity[node] > popularity[best]) best = node;
  return best;
}

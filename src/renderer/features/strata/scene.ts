import { itemAt } from '../../../engine/graph/item-at.ts';
import type { PlannedLayer } from '../../../engine/plan/plan.ts';
import { type PictureScale, type Stack, stackStrata } from '../../layers/stack.ts';

/** Floats a cell has in a cell array: left, top, width, height (pixels) and share (0 unique to 1 everywhere). */
export const CELL = 5;

/** The cross-section at rest: where each stratum and each store path lies. */
export interface Scene {
  readonly layers: readonly PlannedLayer[];
  readonly stack: Stack;
  /** Share of each layer, 0 to 1. */
  readonly shares: Float64Array;
  /** Layer of each node. */
  readonly layerOf: Uint32Array;
  /** Largest node of each layer: it leads the stratum when strata merge and split. */
  readonly anchors: Uint32Array;
  /** {@link CELL} floats a node. */
  readonly cells: Float32Array;
  /** Nodes of a layer, largest first: from left to right. */
  nodesInOrder(layer: number): Uint32Array;
}

export interface SceneInput {
  readonly layers: readonly PlannedLayer[];
  readonly narSizes: ArrayLike<number>;
  /** All nodes, largest first. */
  readonly bySize: Uint32Array;
  readonly shares: Float64Array;
  readonly width: number;
  readonly scale: PictureScale;
}

/** Lays the store paths of each layer side by side, largest first, as wide as their part of the layer's bytes. */
export function composeScene(input: SceneInput): Scene {
  const { layers, narSizes, bySize, shares, width, scale } = input;
  const stack = stackStrata(
    layers.map((layer) => layer.sizeBytes),
    scale,
  );
  const layerOf = new Uint32Array(bySize.length);
  layers.forEach((layer, index) => {
    for (const node of layer.nodes) layerOf[node] = index;
  });

  const cells = new Float32Array(bySize.length * CELL);
  const anchors = new Uint32Array(layers.length);
  const filled = new Float64Array(layers.length);
  const starts = new Uint32Array(layers.length + 1);
  layers.forEach((layer, index) => {
    starts[index + 1] = itemAt(starts, index) + layer.nodes.length;
  });
  const next = starts.slice();
  const ordered = new Uint32Array(bySize.length);
  for (const node of bySize) {
    const index = itemAt(layerOf, node);
    const layer = itemAt(layers, index);
    const place = itemAt(next, index);
    if (place === starts[index]) anchors[index] = node;
    ordered[place] = node;
    next[index] = place + 1;
    const part = layer.sizeBytes > 0 ? itemAt(narSizes, node) / layer.sizeBytes : 1 / layer.nodes.length;
    const at = node * CELL;
    cells[at] = itemAt(filled, index);
    cells[at + 1] = itemAt(stack.tops, index);
    cells[at + 2] = part * width;
    cells[at + 3] = itemAt(stack.heights, index);
    cells[at + 4] = itemAt(shares, index);
    filled[index] = itemAt(filled, index) + part * width;
  }
  const nodesInOrder = (layer: number) => ordered.subarray(starts[layer], starts[layer + 1]);
  return { layers, stack, shares, layerOf, anchors, cells, nodesInOrder };
}

import { addRow, type ClosureColumns, measure, measureUnion } from '../graph/closure-columns.ts';
import type { PlannedLayer } from './plan.ts';

/** What updates may be expected. */
export interface ExpectedUpdates {
  readonly columns: ClosureColumns;
  /** For each node the weight of updates of its own, beyond that of its column. */
  readonly further: Float64Array;
}

/** More layers than this stay in the order that the search begins with: no client takes so many. */
const MOST_LAYERS = 256;
/** A pass over all layers that moves one of them pays for the next; two to five are usual. */
const MOST_PASSES = 10;
/** What a move must save at least, as a part of the cost: less is rounding. */
const LEAST_GAIN = 1e-9;

/**
 * The order of layers that moves the fewest bytes that can be expected to clients that find a layer only by its chain,
 * where a layer moves with every update that changes it or one before it:
 *
 *     cost = sum over the layers of bytes x weight of the paths in the closures of it and of all before it
 *
 * Begins with what holds most for each update that changes it, and takes single layers to where the cost is least until
 * none is better elsewhere. Takes O(layers² x words) a pass.
 *
 * @param before row of what the layers before these hold already; that of these layers is added to it
 */
export function chainOrder(
  layers: readonly PlannedLayer[],
  { columns, further }: ExpectedUpdates,
  before: Uint32Array,
): readonly PlannedLayer[] {
  const { bits, words, weights } = columns;
  const rows = new Uint32Array(layers.length * words);
  const own = new Float64Array(layers.length);
  layers.forEach(({ nodes }, layer) => {
    for (const node of nodes) {
      addRow(rows, layer * words, bits, node * words, words);
      own[layer] += further[node];
    }
  });
  const bytes = layers.map(({ sizeBytes }) => Math.max(1, sizeBytes));
  const densities = bytes.map((size, layer) => size / (measure(rows, layer * words, weights) + own[layer]));
  let order: readonly number[] = [...layers.keys()].sort(
    (a, b) => densities[b] - densities[a] || layers[a].nodes[0] - layers[b].nodes[0],
  );
  for (let pass = 0; layers.length <= MOST_LAYERS && pass < MOST_PASSES; pass++) {
    const improved = moveEach(order, { rows, own, words, weights, bytes, before });
    if (improved === order) break;
    order = improved;
  }
  for (const layer of order) addRow(before, 0, rows, layer * words, words);
  return order.map((layer) => layers[layer]);
}

interface Chain {
  readonly rows: Uint32Array;
  readonly own: Float64Array;
  readonly words: number;
  readonly weights: Float64Array;
  readonly bytes: readonly number[];
  readonly before: Uint32Array;
}

/** Takes each layer once to where the whole costs least. Gives the same array where none moved. */
function moveEach(
  start: readonly number[],
  { rows, own, words, weights, bytes, before }: Chain,
): readonly number[] {
  let order = start;
  const unions = new Uint32Array((start.length + 1) * words);
  unions.set(before);
  for (const moving of start) {
    const rest = order.filter((layer) => layer !== moving);
    const row = moving * words;
    // At place p the layer comes after p others. Costs are relative to place 0.
    const size = bytes[moving];
    let ownBefore = 0;
    let exposed = measureUnion(unions, 0, rows, row, weights) + own[moving];
    let cost = size * exposed;
    let total = cost;
    let here = cost;
    let least = cost;
    let best = 0;
    const from = order.indexOf(moving);
    rest.forEach((layer, index) => {
      const union = index * words;
      const next = union + words;
      for (let word = 0; word < words; word++) {
        unions[next + word] = unions[union + word] | rows[layer * words + word];
      }
      ownBefore += own[layer];
      const without = measure(unions, next, weights) + ownBefore;
      const together = measureUnion(unions, next, rows, row, weights) + ownBefore + own[moving];
      cost += size * (together - exposed) - bytes[layer] * (together - without);
      total += bytes[layer] * together;
      exposed = together;
      if (index + 1 === from) here = cost;
      if (cost < least) {
        least = cost;
        best = index + 1;
      }
    });
    if (here - least > LEAST_GAIN * total) {
      rest.splice(best, 0, moving);
      order = rest;
    }
  }
  return order;
}

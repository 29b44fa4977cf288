import type { ClosureGraph } from './closure-graph.ts';
import { stronglyConnectedComponents } from './components.ts';
import { references } from './reach.ts';

/**
 * What may change under each node: a row of bits a node, a column for each path whose update is weighed. A bit is set
 * where the column's path is in the node's closure, which is where Nix renames the node when that path changes.
 */
export interface ClosureColumns {
  readonly count: number;
  /** 32-bit words of a row. */
  readonly words: number;
  /** Rows of all nodes, one after the other. */
  readonly bits: Uint32Array;
  /** Weight of an update of a column, for each column of a word; all columns together have that of all paths. */
  readonly weights: Float64Array;
}

/** With more nodes than this, columns are a sample: the measure of a closure is then right to about two percent. */
const MAX_COLUMNS = 2048;

/** What is learned of the last builds makes few different weights; a file written by hand may hold any number. */
const MOST_EXTRA_WORDS = 32;

/**
 * The closures of all nodes in O((nodes + edges) x columns / 32).
 *
 * `updateWeights` holds how likely each node is to be updated, 1 for the usual path; left out, all are alike. Columns
 * stand in descending order of it, and columns of different weight in different words. Beyond {@link MOST_EXTRA_WORDS}
 * they share words, whose mean then serves.
 */
export function closureColumns(graph: ClosureGraph, updateWeights?: Float64Array): ClosureColumns {
  const weightOf = updateWeights ?? new Float64Array(graph.size).fill(1);
  const columns = graph.size <= MAX_COLUMNS ? everyNode(weightOf) : sampled(weightOf, MAX_COLUMNS);
  const count = columns.nodes.length;
  const places = placesOf(columns.weights);
  const words = 1 + ((places.at(-1) ?? 0) >>> 5);
  const weights = new Float64Array(words);
  const columnsOf = new Uint32Array(words);
  places.forEach((place, column) => {
    weights[place >>> 5] += columns.weights[column];
    columnsOf[place >>> 5]++;
  });
  for (let word = 0; word < words; word++) weights[word] /= Math.max(1, columnsOf[word]);
  return { count, words, weights, bits: closureBits(graph, columns.nodes, places, words) };
}

/** The bit of a row that each column has. */
function placesOf(weights: Float64Array): Uint32Array {
  const places = new Uint32Array(weights.length);
  let next = 0;
  for (let column = 0; column < weights.length; column++) {
    const isOfOther = column > 0 && weights[column] !== weights[column - 1];
    const extraWords = Math.ceil((next - column) / 32);
    if (isOfOther && extraWords < MOST_EXTRA_WORDS) next = Math.ceil(next / 32) * 32;
    places[column] = next++;
  }
  return places;
}

interface Columns {
  readonly nodes: Uint32Array;
  readonly weights: Float64Array;
}

function everyNode(weightOf: Float64Array): Columns {
  const nodes = Uint32Array.from(weightOf, (_, node) => node);
  nodes.sort((a, b) => weightOf[b] - weightOf[a] || a - b);
  return { nodes, weights: Float64Array.from(nodes, (node) => weightOf[node]) };
}

/** Nodes at equal steps of the running sum of the weights. Store paths begin with a hash, so their order is a shuffle. */
function sampled(weightOf: Float64Array, count: number): Columns {
  const total = weightOf.reduce((sum, weight) => sum + weight, 0);
  const nodes = new Uint32Array(count).fill(weightOf.length - 1);
  let taken = 0;
  let sum = 0;
  for (let node = 0; node < weightOf.length; node++) {
    sum += weightOf[node];
    while (taken < count && sum >= ((taken + 0.5) * total) / count) nodes[taken++] = node;
  }
  return { nodes, weights: new Float64Array(count).fill(total / count) };
}

function closureBits(
  graph: ClosureGraph,
  columnNodes: Uint32Array,
  places: Uint32Array,
  words: number,
): Uint32Array {
  const { offsets, targets } = references(graph);
  const { count, of } = stronglyConnectedComponents({ offsets, targets });
  const byComponent = new Uint32Array(count * words);
  columnNodes.forEach((node, column) => {
    byComponent[of[node] * words + (places[column] >>> 5)] |= 1 << (places[column] & 31);
  });
  // Components follow those that they refer to, so that one pass is enough.
  const order = Uint32Array.from(of, (_, node) => node).sort((a, b) => of[a] - of[b]);
  for (const node of order) {
    const row = of[node] * words;
    for (let edge = offsets[node]; edge < offsets[node + 1]; edge++) {
      const from = of[targets[edge]] * words;
      if (from === row) continue;
      for (let word = 0; word < words; word++) byComponent[row + word] |= byComponent[from + word];
    }
  }
  const bits = new Uint32Array(graph.size * words);
  for (let node = 0; node < graph.size; node++) {
    bits.set(byComponent.subarray(of[node] * words, (of[node] + 1) * words), node * words);
  }
  return bits;
}

/** Number of paths in the closure of each node, itself included; an estimate where the columns are a sample. */
export function closureCounts(graph: ClosureGraph, { count, words, bits }: ClosureColumns): Float64Array {
  const counts = new Float64Array(graph.size);
  const nodesAColumn = graph.size / Math.max(1, count);
  for (let node = 0; node < graph.size; node++) {
    let set = 0;
    for (let word = 0; word < words; word++) set += bitCount(bits[node * words + word]);
    counts[node] = Math.max(1, set * nodesAColumn);
  }
  return counts;
}

/** Number of bits set in a 32-bit word. Warren (2012): Hacker's Delight, 5-1. */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Sets the bits of one row in another. */
export function addRow(
  into: Uint32Array,
  intoRow: number,
  from: Uint32Array,
  fromRow: number,
  words: number,
): void {
  for (let word = 0; word < words; word++) into[intoRow + word] |= from[fromRow + word];
}

/** Weight of the columns of the row of bits that starts at `row`. */
export function measure(bits: Uint32Array, row: number, weights: Float64Array): number {
  let sum = 0;
  for (let word = 0; word < weights.length; word++) sum += weights[word] * bitCount(bits[row + word]);
  return sum;
}

/** Weight of the columns that are in either of two rows. */
export function measureUnion(
  a: Uint32Array,
  rowA: number,
  b: Uint32Array,
  rowB: number,
  weights: Float64Array,
): number {
  let sum = 0;
  for (let word = 0; word < weights.length; word++) {
    sum += weights[word] * bitCount(a[rowA + word] | b[rowB + word]);
  }
  return sum;
}

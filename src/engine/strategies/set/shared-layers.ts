import { addRow, bitCount, type ClosureColumns, measure, measureUnion } from '../../graph/closure-columns.ts';
import { PULL_WEIGHT } from '../strata/clusters.ts';

/** Sets of nodes that are layers, and the images that each is a layer of. */
export interface SharedLayers {
  readonly nodes: readonly Uint32Array[];
  /** Row of bits a layer, a bit an image. */
  readonly images: readonly Uint32Array[];
  /** 1 for layers that exist beyond these images: no merge here saves them. */
  readonly isHeld: Uint8Array;
  /** Layers of a higher rank merge with no other while those of lower ones can: 0 to {@link MOST_FROZEN}. */
  readonly frozen: Uint8Array;
}

export const MOST_FROZEN = 2;

export interface SharedLayersInput {
  /** The layers to start with, those of every image a partition of it. */
  readonly start: SharedLayers;
  /** Most layers of each image. */
  readonly budgets: readonly number[];
  readonly columns: ClosureColumns;
  readonly narSizes: Float64Array;
}

/** Layers by number, in columns, and how many each image has of them. */
interface LayerTable {
  readonly nodes: readonly Uint32Array[];
  /** None where the layer is gone. */
  readonly images: readonly Uint32Array[];
  readonly bits: readonly Uint32Array[];
  readonly bytes: readonly number[];
  readonly updates: readonly number[];
  readonly isHeld: number[];
  readonly frozen: number[];
  /** The images that are over their budget, a bit each. */
  readonly over: Uint32Array;
  /** The layer that has this content, with no image where it is new. */
  add(content: Uint32Array): number;
  /** The images of a mask have so many layers more. */
  count(mask: Uint32Array, change: number): void;
  isAlive(layer: number): boolean;
}

function layerTable({ start, budgets, columns, narSizes }: SharedLayersInput): LayerTable {
  const { words, weights } = columns;
  const imageWords = Math.max(1, Math.ceil(budgets.length / 32));
  const nodes: Uint32Array[] = [];
  const images: Uint32Array[] = [];
  const bits: Uint32Array[] = [];
  const bytes: number[] = [];
  const updates: number[] = [];
  const isHeld: number[] = [];
  const frozen: number[] = [];
  const numberOf = new Map<string, number>();
  const counts = new Uint32Array(budgets.length);
  const over = new Uint32Array(imageWords);

  function add(content: Uint32Array): number {
    const key = content.join();
    const known = numberOf.get(key);
    if (known !== undefined) return known;
    const row = new Uint32Array(words);
    let sum = 0;
    for (const node of content) {
      addRow(row, 0, columns.bits, node * words, words);
      sum += narSizes[node];
    }
    nodes.push(content);
    images.push(new Uint32Array(imageWords));
    bits.push(row);
    bytes.push(sum);
    updates.push(measure(row, 0, weights));
    isHeld.push(0);
    frozen.push(0);
    numberOf.set(key, nodes.length - 1);
    return nodes.length - 1;
  }

  function count(mask: Uint32Array, change: number): void {
    eachBit(mask, (image) => {
      counts[image] += change;
      const bit = 1 << (image & 31);
      if (counts[image] > budgets[image]) over[image >>> 5] |= bit;
      else over[image >>> 5] &= ~bit;
    });
  }

  start.nodes.forEach((content, index) => {
    const layer = add(content);
    isHeld[layer] = start.isHeld[index];
    frozen[layer] = start.frozen[index];
    for (let word = 0; word < imageWords; word++) images[layer][word] = start.images[index][word];
    count(images[layer], 1);
  });
  const isAlive = (layer: number) => images[layer].some((word) => word !== 0);
  return { nodes, images, bits, bytes, updates, isHeld, frozen, over, add, count, isAlive };
}

/** The images that would get the merged layer: all that have both parts, or only those over the budget. */
interface Candidate {
  readonly score: number;
  readonly partner: number;
  readonly onlyOver: boolean;
}

const NONE: Candidate = { score: Number.POSITIVE_INFINITY, partner: -1, onlyOver: false };

/**
 * Merges layers, in all images that have both or in those that are over the budget, until no image is over it. Each
 * step takes the merge that adds the least cost for each image that it brings closer. A layer costs its bytes times
 * the updates that change it, once, in however many images it is; so layers that several images share stay as they are
 * for as long as one of them needs that.
 */
export function mergeSharedLayers(input: SharedLayersInput): SharedLayers {
  const table = layerTable(input);
  const { nodes, images, isHeld, frozen, over, isAlive } = table;
  const best: Candidate[] = [];
  let alive = Array.from(nodes.keys());
  let thawed = 0;

  function lookAround(layer: number): void {
    let found = NONE;
    for (const other of alive) {
      if (other === layer) continue;
      const candidate = rate(layer, other, found.score);
      if (candidate.score < found.score) found = candidate;
    }
    best[layer] = found;
  }

  const { weights } = input.columns;
  const rate = (a: number, b: number, limit: number): Candidate =>
    frozen[a] > thawed || frozen[b] > thawed ? NONE : rateMerge(table, weights, a, b, limit);

  function lookBack(layer: number, changed: number): void {
    const candidate = rate(layer, changed, best[layer].score);
    if (candidate.score < best[layer].score) best[layer] = candidate;
  }

  /** The layer whose best merge adds least, with that merge rated anew: images that are no longer over lessen gains. */
  function next(): number {
    for (;;) {
      let least = alive[0];
      for (const layer of alive) if (best[layer].score < best[least].score) least = layer;
      const { score, partner } = best[least];
      if (partner === -1) return -1;
      if (isAlive(partner) && rate(least, partner, score).score === score) return least;
      lookAround(least);
    }
  }

  for (const layer of alive) lookAround(layer);
  while (over.some((word) => word !== 0)) {
    const a = next();
    if (a === -1) {
      // Nothing but frozen layers is left to bring an image within the budget.
      if (thawed === MOST_FROZEN) throw new RangeError('engine/strategies: a budget of less than one layer');
      thawed++;
      for (const layer of alive) lookAround(layer);
      continue;
    }
    const { partner: b, onlyOver } = best[a];
    const merged = mergeInto(table, a, b, onlyOver);
    if (!alive.includes(merged)) alive.push(merged);
    alive = alive.filter(isAlive);
    const changed = [a, b, merged].filter(isAlive);
    for (const layer of changed) lookAround(layer);
    for (const layer of alive) {
      if (changed.includes(layer)) continue;
      for (const other of changed) lookBack(layer, other);
    }
  }
  return {
    nodes: alive.map((layer) => nodes[layer]),
    images: alive.map((layer) => images[layer]),
    isHeld: Uint8Array.from(alive, (layer) => isHeld[layer]),
    frozen: Uint8Array.from(alive, (layer) => frozen[layer]),
  };
}

/** What a merge adds for each image that it brings closer to its budget; none where that is more than the limit. */
function rateMerge(table: LayerTable, weights: Float64Array, a: number, b: number, limit: number): Candidate {
  const { images, bits, bytes, updates, isHeld, over } = table;
  let gain = 0;
  for (let word = 0; word < over.length; word++)
    gain += bitCount(images[a][word] & images[b][word] & over[word]);
  if (gain === 0) return NONE;
  const both = (word: number) => images[a][word] & images[b][word];
  const bothOver = (word: number) => images[a][word] & images[b][word] & over[word];
  /** What is saved when a layer is gone from the images of a mask: its cost, if no other image has it. */
  const saved = (layer: number, mask: (word: number) => number): number => {
    if (isHeld[layer] === 1) return 0;
    for (let word = 0; word < over.length; word++) if ((images[layer][word] & ~mask(word)) !== 0) return 0;
    return bytes[layer] * (PULL_WEIGHT + updates[layer]);
  };
  const savedAll = saved(a, both) + saved(b, both);
  const savedOver = saved(a, bothOver) + saved(b, bothOver);
  const size = bytes[a] + bytes[b];
  const fixed = -Math.max(savedAll, savedOver);
  if ((fixed + size * (PULL_WEIGHT + Math.max(updates[a], updates[b]))) / gain > limit) return NONE;
  const rise = fixed + size * (PULL_WEIGHT + measureUnion(bits[a], 0, bits[b], 0, weights));
  return { score: rise / gain, partner: b, onlyOver: savedOver > savedAll };
}

/** @returns the layer that takes the place of both in the images that get it. */
function mergeInto(
  { nodes, images, frozen, over, add, count }: LayerTable,
  a: number,
  b: number,
  onlyOver: boolean,
): number {
  const mask = images[a].map((word, at) => word & images[b][at] & (onlyOver ? over[at] : 0xffffffff));
  const merged = add(Uint32Array.from([...nodes[a], ...nodes[b]]).sort());
  frozen[merged] = Math.max(frozen[merged], frozen[a], frozen[b]);
  for (let word = 0; word < over.length; word++) {
    images[merged][word] |= mask[word];
    images[a][word] &= ~mask[word];
    images[b][word] &= ~mask[word];
  }
  count(mask, -1);
  return merged;
}

function eachBit(row: Uint32Array, visit: (bit: number) => void): void {
  for (let word = 0; word < row.length; word++) {
    for (let rest = row[word]; rest !== 0; rest &= rest - 1) visit(word * 32 + 31 - Math.clz32(rest & -rest));
  }
}

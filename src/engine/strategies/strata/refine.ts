import { addRow, measure, measureUnion } from '../../graph/closure-columns.ts';
import type { Clusters } from './clusters.ts';

/** The layers that clusters make up, kept up to date while clusters move. */
interface Layers {
  readonly members: number[][];
  readonly bits: Uint32Array;
  readonly bytes: Float64Array;
  readonly updates: Float64Array;
}

/**
 * Moves single clusters between layers while that lowers the cost: the second look that a greedy merge does not take.
 * `labels` (a layer a cluster) is changed in place; no layer is emptied. Big clusters move first; each is looked at
 * `rounds` times at most.
 */
export function refine(clusters: Clusters, labels: Uint32Array, count: number, rounds: number): void {
  const { words, weights, bytes, credits } = clusters;
  const layers = layersOf(clusters, labels, count);
  const order = Uint32Array.from(labels, (_, cluster) => cluster).sort(
    (a, b) => bytes[b] - bytes[a] || a - b,
  );
  const rest = new Uint32Array(words);

  /** The cheapest layer to move a cluster to, if the rise there is less than `saved`. */
  function cheapest(cluster: number, saved: number): { to: number; update: number } {
    const from = labels[cluster];
    // Rounding must not make two layers pass a cluster back and forth.
    let limit = saved - Math.abs(saved) * 1e-9;
    let to = from;
    let best = 0;
    for (let layer = 0; layer < count; layer++) {
      if (layer === from) continue;
      const members = layers.members[layer];
      const lost = members.length === 1 ? credits[members[0]] : 0;
      const fixed = lost - layers.bytes[layer] * layers.updates[layer];
      const both = layers.bytes[layer] + bytes[cluster];
      if (fixed + both * Math.max(layers.updates[layer], clusters.updates[cluster]) >= limit) continue;
      const update = measureUnion(layers.bits, layer * words, clusters.bits, cluster * words, weights);
      if (fixed + both * update >= limit) continue;
      limit = fixed + both * update;
      best = update;
      to = layer;
    }
    return { to, update: best };
  }

  for (let round = 0; round < rounds; round++) {
    let moves = 0;
    for (const cluster of order) {
      const from = labels[cluster];
      const staying = layers.members[from].filter((member) => member !== cluster);
      if (staying.length === 0) continue;
      rest.fill(0);
      for (const member of staying) addRow(rest, 0, clusters.bits, member * words, words);
      const restUpdate = measure(rest, 0, weights);
      const restBytes = layers.bytes[from] - bytes[cluster];
      const restCredit = staying.length === 1 ? credits[staying[0]] : 0;
      const saved = layers.bytes[from] * layers.updates[from] - restBytes * restUpdate + restCredit;

      const { to, update } = cheapest(cluster, saved);
      if (to === from) continue;
      layers.members[from] = staying;
      layers.bits.set(rest, from * words);
      layers.bytes[from] = restBytes;
      layers.updates[from] = restUpdate;
      layers.members[to].push(cluster);
      addRow(layers.bits, to * words, clusters.bits, cluster * words, words);
      layers.bytes[to] += bytes[cluster];
      layers.updates[to] = update;
      labels[cluster] = to;
      moves++;
    }
    if (moves === 0) return;
  }
}

function layersOf({ words, bits, bytes, weights }: Clusters, labels: Uint32Array, count: number): Layers {
  const layers: Layers = {
    members: Array.from({ length: count }, () => []),
    bits: new Uint32Array(count * words),
    bytes: new Float64Array(count),
    updates: new Float64Array(count),
  };
  labels.forEach((layer, cluster) => {
    layers.members[layer].push(cluster);
    layers.bytes[layer] += bytes[cluster];
    addRow(layers.bits, layer * words, bits, cluster * words, words);
  });
  for (let layer = 0; layer < count; layer++)
    layers.updates[layer] = measure(layers.bits, layer * words, weights);
  return layers;
}
